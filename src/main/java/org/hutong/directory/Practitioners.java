package org.hutong.directory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Canonical;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The numbers by which staff are known. */
@Component
class Practitioners implements Kept {
  static final String RULE = "hutong-staff";

  private static final int VERSION = 1;

  static final String LICENCE = Canonical.BASE + "/sid/practising-licence";
  static final String STAFF_NUMBER = "urn:oid:2.16.156.10011.1.4";
  static final String NHSA = Canonical.BASE + "/sid/nhsa-physician";
  private static final Set<String> SYSTEMS = Set.of(LICENCE, STAFF_NUMBER, NHSA);

  private final DirectoryRows rows;

  Practitioners(DirectoryRows rows) {
    this.rows = rows;
  }

  @Override
  public String type() {
    return "Practitioner";
  }

  @Override
  public String rule() {
    return RULE;
  }

  @Override
  public String definition() {
    return RULE + " " + VERSION;
  }

  @Override
  public void holdBack() {
    rows.holdBack();
  }

  @Override
  public Set<Long> keep(Map<Long, @Nullable Resource> resources) {
    Map<Long, List<Identifier>> identifiers = new HashMap<>();
    resources.forEach(
        (row, resource) ->
            identifiers.put(
                row, resource instanceof Practitioner staff ? staff.getIdentifier() : List.of()));
    rows.codes(identifiers, SYSTEMS);
    return resources.keySet();
  }
}
