package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An institution of the county, or a hospital outside it.
 *
 * @param number from which its codes are made
 * @param tier code of {@code organization-tier}
 * @param type code of WS 218
 * @param place division code of the county or city (6 digits), the township or the village (12)
 * @param level code of {@code hospital-level}; empty when it has none
 * @param parent the institution that leads it; null for none
 */
record Site(
    int number,
    String name,
    String tier,
    String type,
    String place,
    String level,
    String city,
    String address,
    @Nullable Site parent) {

  private static final Map<String, String> TIERS =
      Map.of("county", "县级", "township", "乡镇级", "village", "村级", "external", "县外");
  private static final Map<String, String> TYPES =
      Map.of(
          "A100", "综合医院",
          "A210", "中医医院",
          "B100", "社区卫生服务中心",
          "C210", "中心卫生院",
          "C220", "乡卫生院",
          "D600", "村卫生室",
          "G100", "妇幼保健院");
  private static final Map<String, String> LEVELS =
      Map.of("3A", "三级甲等", "2A", "二级甲等", "2B", "二级乙等", "1A", "一级甲等", "1B", "一级乙等");

  /** The 22 characters of WS 218. */
  String code() {
    return Numbers.organisation(number) + division() + type + "001";
  }

  /** Of the county or city, six digits. */
  String division() {
    return place.substring(0, 6);
  }

  boolean is(String itsTier) {
    return tier.equals(itsTier);
  }

  /** By what the institution is known as a caller: village clinics have no credit code. */
  String caller() {
    return is("village") ? code() : Numbers.credit(division(), number);
  }

  Key key() {
    return new Key("Organization", "urn:oid:2.16.156.10011.1.5", code(), name);
  }

  Key department(Specialty specialty) {
    return new Key(
        "Organization", Json.SID + "department/" + code(), specialty.code(), specialty.name());
  }

  /** Where its images are fetched. */
  Key images() {
    return new Key("Endpoint", numbers("local"), "images");
  }

  /** A system of numbers that are unique within this institution only. */
  String numbers(String kind) {
    return Json.SID + kind + "/" + code();
  }

  ObjectNode resource() {
    ObjectNode where = Json.extension("division", place);
    List<ObjectNode> extensions = new ArrayList<>();
    extensions.add(
        Json.extension(
            "tier", Json.ours("organization-tier", tier, TIERS.getOrDefault(tier, tier))));
    if (!level.isEmpty()) {
      extensions.add(
          Json.extension(
              "hospital-level",
              Json.ours("hospital-level", level, LEVELS.getOrDefault(level, level))));
    }
    extensions.add(where);
    return Json.of(
        "resourceType",
        "Organization",
        "extension",
        extensions,
        "identifier",
        identifiers(),
        "active",
        true,
        "type",
        List.of(Json.concept(Json.ours("institution-type", type, TYPES.getOrDefault(type, type)))),
        "name",
        name,
        "telecom",
        List.of(
            Json.of("system", "phone", "value", Numbers.phone(0, 2000 + number), "use", "work")),
        "address",
        List.of(
            Json.of(
                "extension",
                List.of(where.deepCopy()),
                "use",
                "work",
                "text",
                address,
                "city",
                city,
                "district",
                is("external") ? null : "云泽县",
                "country",
                "CN")),
        "partOf",
        parent == null ? null : parent.key());
  }

  private List<ObjectNode> identifiers() {
    List<ObjectNode> identifiers = new ArrayList<>();
    identifiers.add(Json.identifier("urn:oid:2.16.156.10011.1.5", code()));
    if (!is("village")) {
      identifiers.add(Json.identifier(Json.SID + "uscc", caller()));
    }
    identifiers.add(
        Json.identifier(
            Json.SID + "licence-no", "PDY" + Numbers.padded(number, 3) + division() + type + "1"));
    identifiers.add(
        Json.identifier(
            Json.SID + "nhsa-institution", "H" + division() + Numbers.padded(number, 5)));
    return identifiers;
  }
}
