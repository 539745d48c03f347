package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hutong.fhir.Canonical;

/**
 * One of the staff.
 *
 * @param number from which the numbers of staff and licence are made
 * @param grade code of {@code title-level}
 */
record Doctor(
    int number,
    Name name,
    boolean male,
    Site site,
    Specialty specialty,
    String title,
    String grade) {

  private static final String STAFF_NUMBERS = "urn:oid:2.16.156.10011.1.4";
  private static final Map<String, String> GRADES =
      Map.of("1", "正高", "2", "副高", "3", "中级", "4", "师级/助理", "5", "士级");

  private static final Map<String, String> SECONDMENTS =
      Map.of("resident", "派驻", "co-managed-ward", "共管病房");

  Key person() {
    return new Key("Practitioner", STAFF_NUMBERS, staffNumber(), name.text());
  }

  /** The post that the doctor holds where they are employed. */
  Key role() {
    return new Key("PractitionerRole", STAFF_NUMBERS, staffNumber(), name.text());
  }

  /** A post at another institution, for a time. */
  Key secondment() {
    return new Key("PractitionerRole", STAFF_NUMBERS, staffNumber() + "-2", name.text());
  }

  ObjectNode resource() {
    List<ObjectNode> identifiers = new ArrayList<>();
    identifiers.add(Json.identifier(STAFF_NUMBERS, staffNumber()));
    identifiers.add(
        Json.identifier(
            Json.SID + "practising-licence", "110" + Numbers.DIVISION + Numbers.padded(number, 6)));
    if (!site.is("village")) {
      identifiers.add(
          Json.identifier(
              Json.SID + "nhsa-physician", "D" + site.division() + Numbers.padded(number, 6)));
    }
    return Json.of(
        "resourceType",
        "Practitioner",
        "identifier",
        identifiers,
        "active",
        true,
        "name",
        List.of(name.node()),
        "telecom",
        List.of(
            Json.of(
                "system", "phone", "value", Numbers.phone(0, 1000 + number % 1000), "use", "work")),
        "gender",
        male ? "male" : "female",
        "qualification",
        List.of(
            Json.of(
                "extension",
                List.of(
                    Json.extension(
                        "title-level",
                        Json.ours("title-level", grade, GRADES.getOrDefault(grade, grade)))),
                "code",
                Json.text(title))));
  }

  ObjectNode roleResource() {
    return post(role(), site, site.is("village") ? "乡村医生" : "主诊医师", "2024-01-01", List.of());
  }

  /**
   * @param since first day, ISO 8601
   * @param kind code of {@code secondment-kind}
   */
  ObjectNode secondmentResource(Site to, String since, String kind) {
    String name = SECONDMENTS.getOrDefault(kind, kind);
    ObjectNode extension =
        Json.of(
            "url",
            Canonical.BASE + "/StructureDefinition/secondment",
            "extension",
            List.of(
                Json.of("url", "kind", "valueCoding", Json.ours("secondment-kind", kind, name)),
                Json.of("url", "homeOrganization", "valueReference", site.key()),
                Json.of("url", "plannedMonths", "valuePositiveInt", 12)));
    return post(secondment(), to, name + "医师", since, List.of(extension));
  }

  private ObjectNode post(
      Key key, Site at, String code, String since, List<ObjectNode> extensions) {
    return Json.of(
        "resourceType",
        "PractitionerRole",
        "extension",
        extensions,
        "identifier",
        List.of(Json.identifier(key.system(), key.value())),
        "active",
        true,
        "period",
        Json.period(since, null),
        "practitioner",
        person(),
        "organization",
        at.key(),
        "code",
        List.of(Json.text(code)),
        "specialty",
        List.of(specialty.concept()));
  }

  private String staffNumber() {
    return "YZ" + Numbers.padded(number, 5);
  }
}
