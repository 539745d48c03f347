package org.hutong.fhir;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.Patient;

/**
 * What an address is found by where it is but a text, as most are: the text, and what stands behind
 * each of the places in it. The engine indexes the elements of an address, and not its text.
 */
public final class AddressIndex {
  /** The search parameter. */
  public static final String ADDRESS = "address";

  /** Raise it when the same address comes to have other values. */
  private static final int VERSION = 1;

  /** The end of the name of a place that has others in it. */
  private static final Pattern PLACE = Pattern.compile("省|自治区|特别行政区|市|盟|州|区|县|旗|街道|镇|乡|苏木|村|社区");

  /** Places of one address; more would be no address. */
  private static final int MOST = 8;

  private AddressIndex() {}

  /** Whether a parameter has values from here besides the engine's. */
  public static boolean has(String type, String code) {
    return type.equals("Patient") && code.equals(ADDRESS);
  }

  /** Definition of our part of the rule by which such a parameter is indexed. */
  public static String rule() {
    return String.valueOf(VERSION);
  }

  /** The values of a Patient's addresses that are but text. */
  public static Set<String> values(IBaseResource resource) {
    Set<String> values = new LinkedHashSet<>();
    if (resource instanceof Patient patient) {
      for (Address address : patient.getAddress()) {
        boolean hasParts =
            address.hasLine() || address.hasDistrict() || address.hasCity() || address.hasState();
        if (address.hasText() && !hasParts) {
          add(address.getText().strip(), values);
        }
      }
    }
    return values;
  }

  private static void add(String text, Set<String> values) {
    values.add(text);
    Matcher places = PLACE.matcher(text);
    for (int found = 0; found < MOST && places.find(); found++) {
      String rest = text.substring(places.end()).strip();
      if (rest.length() > 1) {
        values.add(rest);
      }
    }
  }
}
