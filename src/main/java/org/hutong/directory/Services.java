package org.hutong.directory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.HealthcareService;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Canonical;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What institutions take in: referrals, and examinations to read. */
@Component
class Services implements Kept {
  static final String RULE = "hutong-service";

  private static final int VERSION = 1;

  static final String KINDS = Canonical.BASE + "/CodeSystem/request-category";
  static final String DIRECTIONS = Canonical.BASE + "/CodeSystem/referral-direction";
  static final String CHANNELS = Canonical.BASE + "/CodeSystem/green-channel";
  static final String SPECIALTIES = Canonical.BASE + "/CodeSystem/specialty";

  private final JdbcTemplate jdbc;
  private final DirectoryRows rows;

  Services(JdbcTemplate jdbc, DirectoryRows rows) {
    this.jdbc = jdbc;
    this.rows = rows;
  }

  @Override
  public String type() {
    return "HealthcareService";
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
    Map<Long, HealthcareService> services = new HashMap<>();
    Set<String> providers = new HashSet<>();
    resources.forEach(
        (row, resource) -> {
          if (resource instanceof HealthcareService service
              && (!service.hasActive() || service.getActive())) {
            services.put(row, service);
            providers.add(provider(service));
          }
        });
    Map<String, Long> ids = rows.ids("Organization", providers);
    jdbc.update(
        "delete from hutong.service where service = any(?)",
        (Object) resources.keySet().toArray(Long[]::new));
    List<Object[]> kept = new ArrayList<>();
    services.forEach(
        (row, service) -> {
          Long provider = ids.get(provider(service));
          if (provider != null) {
            kept.add(
                new Object[] {
                  row,
                  provider,
                  service.hasName() ? service.getName() : "",
                  codes(service.getType(), KINDS),
                  codes(service.getCharacteristic(), DIRECTIONS),
                  codes(service.getCharacteristic(), CHANNELS),
                  codes(service.getSpecialty(), SPECIALTIES),
                  Hours.of(service).json()
                });
          }
        });
    for (Object[] row : kept) {
      jdbc.update(
          """
          insert into hutong.service
            (service, provider, name, kinds, directions, channels, specialties, hours)
          values (?, ?, ?, ?, ?, ?, ?, ?)
          """,
          row);
    }
    return services.keySet();
  }

  private static String provider(HealthcareService service) {
    String id = DirectoryRows.target(service.getProvidedBy(), "Organization");
    return id == null ? "" : id;
  }

  private static String[] codes(List<CodeableConcept> concepts, String system) {
    return concepts.stream()
        .flatMap(concept -> concept.getCoding().stream())
        .filter(coding -> system.equals(coding.getSystem()))
        .map(Coding::getCode)
        .toArray(String[]::new);
  }
}
