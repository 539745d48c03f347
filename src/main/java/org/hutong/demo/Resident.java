package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hutong.fhir.Canonical;

/**
 * Somebody who lives in the county.
 *
 * @param number from 0
 * @param marriage code of GB/T 2261.2
 * @param house number of the resident in whose house this one lives
 * @param village the clinic of the village where the resident lives
 * @param township the township's institution
 */
record Resident(
    int number,
    Name name,
    boolean male,
    LocalDate birth,
    String identity,
    Ethnicity ethnicity,
    String marriage,
    String phone,
    Kin kin,
    int house,
    Site village,
    Site township) {

  /** Whom to call. */
  record Kin(String relation, String name, String phone) {}

  private record Band(int from, int to, double share) {}

  private static final List<Band> AGES =
      Table.read("ages", row -> new Band(row.whole("from"), row.whole("to"), row.number("share")));
  private static final Map<String, String> MARRIAGES =
      Map.of("10", "未婚", "20", "已婚", "30", "丧偶", "40", "离婚");
  private static final double ALL = AGES.stream().mapToDouble(Band::share).sum();

  /** Below are the story's. */
  private static final int FIRST_SEQUENCE = 10;

  private static final int SEQUENCES = 490;

  /** Younger ones are called through their parents. */
  private static final int CALLED = 14;

  /**
   * Any resident can be made alone, with the {@link Families} around. Ages follow from the number
   * by the golden ratio: every tenth of the pyramid fills evenly, and no two residents come so
   * close that their identity numbers, which count on from day to day, are the same.
   */
  static Resident of(long seed, int number, LocalDate asOf, Directory directory) {
    Families families = Families.around(seed, number, asOf);
    boolean male = male(seed, number);
    double days = days(seed, number);
    LocalDate birth = birth(seed, number, asOf);
    int sequence = FIRST_SEQUENCE + 2 * (int) ((days - (long) days) * SEQUENCES) + (male ? 1 : 0);
    int house = families.house(number);
    Kin kin = families.kin(number);
    Chance home = Chance.of(seed, "home", house);
    Site township = home.any(directory.townships());
    return new Resident(
        number,
        families.name(number),
        male,
        birth,
        Numbers.identity(birth, sequence),
        families.ethnicity(number),
        families.marriage(number),
        birth.plusYears(CALLED).isAfter(asOf) ? kin.phone() : Numbers.phone(1, number),
        kin,
        house,
        home.any(directory.villages(township)),
        township);
  }

  static boolean male(long seed, int number) {
    return Chance.of(seed, "resident", number).happens(0.512);
  }

  static LocalDate birth(long seed, int number, LocalDate asOf) {
    return asOf.minusDays(1 + (long) days(seed, number));
  }

  private static double days(long seed, int number) {
    long spread = (number + 1) * 0x9E37_79B9_7F4A_7C15L + seed * 0xD1B5_4A32_D192_ED03L;
    return age((spread >>> 11) * 0x1p-53) * 365.2425;
  }

  /** Whole years on a day. */
  int age(LocalDate on) {
    return (int) ChronoUnit.YEARS.between(birth, on);
  }

  /** Years on a day, to the month. */
  double years(LocalDate on) {
    return ChronoUnit.MONTHS.between(birth, on) / 12.0;
  }

  /** As an institution registers the resident. */
  ObjectNode resource(Site at, Key key) {
    String gender = male ? "male" : "female";
    return Json.of(
        "resourceType",
        "Patient",
        "extension",
        List.of(ethnicity.extension()),
        "identifier",
        identifiers(at, key),
        "active",
        true,
        "name",
        List.of(name.node()),
        "telecom",
        List.of(Json.of("system", "phone", "value", phone, "use", "mobile")),
        "gender",
        gender,
        "_gender",
        Json.of(
            "extension",
            List.of(
                Json.extension(
                    "gb-gender",
                    Json.coding(
                        "urn:oid:2.16.156.10011.2.3.3.4", male ? "1" : "2", male ? "男性" : "女性")))),
        "birthDate",
        birth.toString(),
        "address",
        List.of(
            Json.of(
                "extension",
                List.of(Json.extension("division", village.place())),
                "use",
                "home",
                "text",
                village.address() + " " + (1 + house % 7) + " 组 " + (1 + house % 83) + " 号",
                "city",
                "云州市",
                "district",
                "云泽县",
                "country",
                "CN")),
        "maritalStatus",
        Json.concept(
            Json.coding(
                "urn:oid:2.16.156.10011.2.3.3.5",
                marriage,
                MARRIAGES.getOrDefault(marriage, marriage))),
        "contact",
        List.of(
            Json.of(
                "relationship",
                List.of(
                    Json.concept(
                        Json.coding(
                            "http://terminology.hl7.org/CodeSystem/v2-0131", "N", "Next-of-Kin"),
                        kin.relation())),
                "name",
                Json.text(kin.name()),
                "telecom",
                List.of(Json.of("system", "phone", "value", kin.phone())))),
        "managingOrganization",
        at.key());
  }

  private List<ObjectNode> identifiers(Site at, Key key) {
    List<ObjectNode> identifiers = new ArrayList<>();
    identifiers.add(Json.identifier(key.system(), key.value()));
    identifiers.add(Json.identifier(Canonical.ID_CARD, identity));
    identifiers.add(
        Json.identifier(
            "urn:oid:2.16.156.10011.1.19", Numbers.DIVISION + Numbers.padded(number + 1000L, 9)));
    if (at.is("village") || at.is("township")) {
      identifiers.add(
          Json.identifier(
              "urn:oid:2.16.156.10011.1.2",
              village.place() + Numbers.padded((number + 1000L) % 100_000, 5)));
    }
    return identifiers;
  }

  /** Age in years at a place of the pyramid between 0 and 1. */
  private static double age(double place) {
    double left = place * ALL;
    for (Band band : AGES) {
      if (left < band.share()) {
        return band.from() + left / band.share() * (band.to() + 1 - band.from());
      }
      left -= band.share();
    }
    return AGES.get(AGES.size() - 1).to();
  }
}
