package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How the institutions belong together: dated memberships, departments and secondments. */
final class Alliance {
  private static final String FOUNDED = "2024-01-01";

  private static final Map<String, String> KINDS =
      Map.of(
          "referral", "双向转诊",
          "remote-consultation", "远程会诊",
          "remote-ecg", "远程心电诊断",
          "remote-imaging", "远程影像诊断");

  private static final Map<String, String> DIRECTIONS =
      Map.of("up", "上转", "down", "下转", "lateral", "同级转诊", "out-of-county", "县外转诊", "return", "回转");

  private static final Map<String, String> CHANNELS = new TreeMap<>();

  static {
    CHANNELS.put("chest-pain", "胸痛");
    CHANNELS.put("stroke", "卒中");
    CHANNELS.put("trauma", "创伤");
    CHANNELS.put("maternal", "危重孕产妇");
    CHANNELS.put("child-newborn", "危重儿童和新生儿");
  }

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

  /** What an institution takes in: referrals by direction, and at the lead what others send in. */
  static List<Entry> services(Site site, boolean leads, List<ObjectNode> specialties) {
    List<Entry> services = new ArrayList<>();
    if (site.is("county")) {
      services.add(
          service(
              site, "转诊中心", "referral", List.of("up", "lateral", "return"), leads, specialties));
    } else if (site.is("township")) {
      services.add(service(site, "转诊接待", "referral", List.of("down", "return"), false, List.of()));
    } else if (site.is("external")) {
      services.add(service(site, "转诊中心", "referral", List.of("out-of-county"), false, specialties));
      services.add(service(site, "远程会诊中心", "remote-consultation", List.of(), false, specialties));
    }
    if (leads) {
      services.add(service(site, "心电诊断中心", "remote-ecg", List.of(), false, List.of()));
      services.add(service(site, "影像诊断中心", "remote-imaging", List.of(), false, List.of()));
    }
    return services;
  }

  /**
   * @param green whether every green channel ends here
   */
  private static Entry service(
      Site site,
      String name,
      String kind,
      List<String> directions,
      boolean green,
      List<ObjectNode> specialties) {
    Key key = new Key("HealthcareService", site.numbers("local"), kind);
    List<ObjectNode> characteristics = new ArrayList<>();
    directions.forEach(
        direction ->
            characteristics.add(
                Json.concept(
                    Json.ours(
                        "referral-direction",
                        direction,
                        DIRECTIONS.getOrDefault(direction, direction)))));
    if (green) {
      CHANNELS.forEach(
          (channel, display) ->
              characteristics.add(Json.concept(Json.ours("green-channel", channel, display))));
    }
    boolean always = !site.is("township");
    return new Entry(
        key,
        site,
        Json.of(
            "resourceType",
            "HealthcareService",
            "identifier",
            List.of(Json.identifier(key.system(), key.value())),
            "active",
            true,
            "providedBy",
            site.key(),
            "type",
            List.of(
                Json.concept(Json.ours("request-category", kind, KINDS.getOrDefault(kind, kind)))),
            "specialty",
            specialties,
            "name",
            name,
            "characteristic",
            characteristics,
            "telecom",
            List.of(
                Json.of(
                    "system",
                    "phone",
                    "value",
                    Numbers.phone(0, 2000 + site.number()),
                    "use",
                    "work")),
            "availableTime",
            List.of(
                always
                    ? Json.of("allDay", true)
                    : Json.of("availableStartTime", "08:00:00", "availableEndTime", "17:30:00"))));
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
