package org.hutong.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Institutions and staff, one doctor to each institution, as references.
 *
 * @param roles the doctors in their institutions
 */
record Directory(List<String> organizations, List<String> practitioners, List<String> roles) {

  /**
   * @param created what the transaction of {@link County#directory()} created
   */
  static Directory of(List<String> created) {
    Directory directory = new Directory(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (String reference : created) {
      switch (reference.substring(0, reference.indexOf('/'))) {
        case "Organization" -> directory.organizations.add(reference);
        case "Practitioner" -> directory.practitioners.add(reference);
        case "PractitionerRole" -> directory.roles.add(reference);
        default -> throw new IllegalStateException("Not of the directory: " + reference);
      }
    }
    return directory;
  }
}
