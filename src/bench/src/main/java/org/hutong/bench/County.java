package org.hutong.bench;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A made-up county, the same for the same seed and day: its institutions, its residents and what
 * happens to them. Nobody in it lives: division, names and numbers are fictitious.
 *
 * @param today the last day of everybody's latest year
 */
record County(long seed, LocalDate today) {

  static final String IDENTITY_NUMBERS = "urn:oid:2.16.156.10011.1.3";

  private static final String FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
  private static final String GIVENS = "建国秀英明华丽芳伟强敏静磊洋艳勇军杰娟涛超霞平刚桂兰玉梅春晓文辉";
  private static final LocalDate FIRST_BIRTH = LocalDate.of(1940, 1, 1);
  private static final int BIRTHDAYS = 25_000;

  private static final Template ORGANIZATION = Template.read("Organization");
  private static final Template PRACTITIONER = Template.read("Practitioner");
  private static final Template ROLE = Template.read("PractitionerRole");
  private static final Template REGISTRATION = Template.read("Registration");
  private static final Template PATIENT = Template.read("Patient");

  /** Randomness that depends on the seed and on what it is for, and on nothing else. */
  SplittableRandom random(long purpose, long detail) {
    return new SplittableRandom((seed * 1_000_003 + purpose) * 1_000_003 + detail);
  }

  /** The transaction that creates the institutions and a doctor in each. */
  String directory() {
    SplittableRandom random = random(-1, 0);
    Transaction bundle = new Transaction(random);
    for (int i = 0; i < Institution.ALL.size(); i++) {
      String institution = bundle.name();
      bundle.add(institution, "Organization", ORGANIZATION.fill(institution(i)));
      String doctor = bundle.name();
      Map<String, Object> person = person(random, random.nextBoolean());
      person.put("licence", "999" + creditNumber(i));
      bundle.add(doctor, "Practitioner", PRACTITIONER.fill(person));
      bundle.add(
          bundle.name(),
          "PractitionerRole",
          ROLE.fill(Map.of("practitioner", doctor, "organization", institution)));
    }
    return bundle.json();
  }

  /** The transaction that creates a resident with the latest year, which ends in a referral. */
  String newPatient(int resident, Directory directory) {
    Transaction bundle = new Transaction(random(resident, 0));
    String patient = bundle.name();
    SplittableRandom random = random(resident, -1);
    Map<String, Object> values = person(random, male(resident));
    int village = Institution.village(resident);
    values.put("identityNumber", identityNumber(resident));
    values.put("birthDate", birthDate(resident));
    values.put("phone", "12" + String.format("%09d", random.nextInt(1_000_000_000)));
    values.put("place", Institution.ALL.get(village).place());
    values.put("house", random.nextInt(1, 400));
    values.put("organization", directory.organizations().get(village));
    bundle.add(patient, "Patient", PATIENT.fill(values));
    Year year = new Year(this, directory, bundle, resident, patient, 0);
    year.visits();
    year.refer();
    return bundle.json();
  }

  /**
   * The transaction that adds an earlier year to a resident's record.
   *
   * @param patient reference to the resident, as the target knows it
   * @param yearsAgo 1 or more
   */
  String earlierYear(int resident, String patient, int yearsAgo, Directory directory) {
    Transaction bundle = new Transaction(random(resident, yearsAgo));
    new Year(this, directory, bundle, resident, patient, yearsAgo).visits();
    return bundle.json();
  }

  /**
   * One institution's registration of a resident.
   *
   * @param spelling how number and name are written this time
   * @param record the number that the institution gave
   */
  String registration(
      int resident, int institution, int spelling, String record, Directory directory) {
    SplittableRandom random = random(resident, -1);
    Map<String, Object> values = person(random, male(resident));
    values.put("identityNumber", Spelling.number(identityNumber(resident), spelling));
    values.put(
        "name", Spelling.name("" + values.get("family"), "" + values.get("given"), spelling));
    values.put("recordSystem", recordSystem(institution));
    values.put("record", record);
    values.put("birthDate", birthDate(resident));
    values.put("phone", "12" + String.format("%09d", random.nextInt(1_000_000_000)));
    values.put("organization", directory.organizations().get(institution));
    return REGISTRATION.fill(values);
  }

  /** The system of the numbers that an institution gives. */
  String recordSystem(int institution) {
    return "https://hutong.org/fhir/sid/mr/outpatient/" + institutionCode(institution);
  }

  /** One more observation at a resident's latest visit to the township centre. */
  String observation(Site.Resident resident, Directory directory, SplittableRandom random) {
    int centre = Institution.ALL.get(Institution.village(resident.number())).parent();
    Map<String, Object> values = new HashMap<>();
    values.put("patient", resident.id());
    values.put("encounter", resident.encounter());
    values.put("practitioner", directory.practitioners().get(centre));
    values.put(
        "time",
        Year.time(today.atTime(8, 0).plusSeconds(random.nextInt(9 * 3600)).atOffset(Year.BEIJING)));
    Measurement.ALL.get(random.nextInt(Measurement.ALL.size())).describe(values, random);
    return Year.OBSERVATION.fill(values);
  }

  /** One of the hospitals that referrals go to. */
  String hospital(SplittableRandom random, Directory directory) {
    return directory.organizations().get(random.nextInt(Institution.HOSPITALS));
  }

  /** Unique among the residents of all seeds below 500. */
  String identityNumber(int resident) {
    long pair = Math.floorMod(seed + resident / BIRTHDAYS, 500L);
    return IdentityNumber.of(birthDate(resident), (int) pair * 2 + (male(resident) ? 1 : 0));
  }

  /** The 22 characters that stand for an institution in the numbers that it gives. */
  String institutionCode(int institution) {
    return CreditCode.of(creditNumber(institution)) + Institution.ALL.get(institution).type();
  }

  private int creditNumber(int institution) {
    return (int) Math.floorMod(seed, 1_000_000L) * 100 + institution;
  }

  private LocalDate birthDate(int resident) {
    return FIRST_BIRTH.plusDays(resident % BIRTHDAYS * 7919L % BIRTHDAYS);
  }

  private static boolean male(int resident) {
    return Integer.bitCount(resident) % 2 == 1;
  }

  private Map<String, Object> institution(int i) {
    Institution institution = Institution.ALL.get(i);
    Map<String, Object> values = new HashMap<>();
    values.put("creditCode", CreditCode.of(creditNumber(i)));
    values.put("type", institution.type());
    values.put("typeName", institution.typeName());
    values.put("name", institution.name());
    values.put("place", institution.place());
    values.put("tier", institution.tier().code());
    values.put("tierName", institution.tier().display());
    return values;
  }

  private static Map<String, Object> person(SplittableRandom random, boolean male) {
    Map<String, Object> values = new HashMap<>();
    values.put("family", FAMILIES.charAt(random.nextInt(FAMILIES.length())));
    values.put(
        "given",
        ""
            + GIVENS.charAt(random.nextInt(GIVENS.length()))
            + GIVENS.charAt(random.nextInt(GIVENS.length())));
    values.put("gender", male ? "male" : "female");
    values.put("genderCode", male ? "1" : "2");
    values.put("genderName", male ? "男性" : "女性");
    return values;
  }
}
