package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How the institutions belong together: dated memberships, departments and secondments. */
final class Alliance {
  private static final String FOUNDED = "2024-01-01";

  private Alliance() {}

  /** The institution's membership; the lead hospital has none of its own. */
  static Optional<Entry> join(Site site, Site lead) {
    if (site.equals(lead)) {
      return Optional.empty();
    }
    Key key = new Key("OrganizationAffiliation", lead.numbers("local"), "M" + site.number());
    return Optional.of(
        new Entry(
            key,
            lead,
            Json.of(
                "resourceType",
                "OrganizationAffiliation",
                "identifier",
                List.of(Json.identifier(key.system(), key.value())),
                "active",
                true,
                "period",
                Json.period(FOUNDED, null),
                "organization",
                lead.key(),
                "participatingOrganization",
                site.key(),
                "code",
                List.of(
                    Json.concept(
                        site.is("external")
                            ? Json.ours("affiliation-role", "partner", "对口帮扶机构")
                            : Json.ours("affiliation-role", "member", "成员机构"))))));
  }

  static ObjectNode department(Site site, Specialty specialty) {
    Key key = site.department(specialty);
    return Json.of(
        "resourceType",
        "Organization",
        "identifier",
        List.of(Json.identifier(key.system(), key.value())),
        "active",
        true,
        "type",
        List.of(
            Json.concept(
                Json.coding(
                    "http://terminology.hl7.org/CodeSystem/organization-type",
                    "dept",
                    "Hospital Department"),
                "科室"),
            specialty.concept()),
        "name",
        specialty.name(),
        "partOf",
        site.key());
  }

  /** Where an institution's images are fetched; the host cannot exist (RFC 2606). */
  static Entry images(Site site) {
    Key key = site.images();
    return new Entry(
        key,
        site,
        Json.of(
            "resourceType",
            "Endpoint",
            "identifier",
            List.of(Json.identifier(key.system(), key.value())),
            "status",
            "active",
            "connectionType",
            Json.coding(
                "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
                "dicom-wado-rs",
                null),
            "name",
            "影像调阅",
            "managingOrganization",
            site.key(),
            "payloadType",
            List.of(Json.text("DICOM")),
            "address",
            "https://images-" + site.number() + ".yunze.example/dicom-web"));
  }

  /**
   * One doctor of the lead hospital for each township, for more or less than the half year that the
   * regulator counts; one expert from outside on the county hospital's wards.
   */
  static List<Entry> secondments(Directory directory, LocalDate asOf) {
    List<Entry> entries = new ArrayList<>();
    List<Doctor> able =
        directory.staff(directory.lead()).stream()
            .filter(doctor -> "23".contains(doctor.grade()))
            .filter(doctor -> doctor.specialty().code().startsWith("0"))
            .toList();
    int months = 3;
    List<Site> townships = directory.townships();
    for (int i = 0; i < townships.size(); i++) {
      Site township = townships.get(i);
      Doctor doctor = able.get(i * able.size() / townships.size());
      entries.add(second(doctor, township, asOf.minusMonths(months), "resident"));
      months = months % 11 + 2;
    }
    Doctor expert = directory.staff(directory.site(12)).get(0);
    entries.add(second(expert, directory.lead(), asOf.minusMonths(8), "co-managed-ward"));
    return entries;
  }

  private static Entry second(Doctor doctor, Site to, LocalDate since, String kind) {
    return new Entry(
        doctor.secondment(), doctor.site(), doctor.secondmentResource(to, since.toString(), kind));
  }
}
