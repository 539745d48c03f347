package org.hutong.bench;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A year of a resident: 12 visits, one in every 30 days, each with a diagnosis and 6 to 32
 * observations.
 */
final class Year {

  static final ZoneOffset BEIJING = ZoneOffset.ofHours(8);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx");

  private record Diagnosis(String code, String name) {}

  private static final List<Diagnosis> DIAGNOSES =
      List.of(
          new Diagnosis("I10", "原发性高血压"),
          new Diagnosis("E11.9", "2型糖尿病"),
          new Diagnosis("J06.9", "急性上呼吸道感染"),
          new Diagnosis("I25.1", "动脉硬化性心脏病"),
          new Diagnosis("J18.9", "肺炎"),
          new Diagnosis("K29.5", "慢性胃炎"));

  private enum Place {
    VILLAGE(6),
    CENTRE(10),
    HOSPITAL(15),
    WARD(32);

    private final int observations;

    Place(int observations) {
      this.observations = observations;
    }
  }

  /** Where the visits go. */
  private static final List<Place> VISITS =
      List.of(
          Place.VILLAGE,
          Place.VILLAGE,
          Place.CENTRE,
          Place.VILLAGE,
          Place.CENTRE,
          Place.WARD,
          Place.VILLAGE,
          Place.HOSPITAL,
          Place.VILLAGE,
          Place.VILLAGE,
          Place.CENTRE,
          Place.CENTRE);

  private static final Template ENCOUNTER = Template.read("Encounter");
  private static final Template CONDITION = Template.read("Condition");
  private static final Template BLOOD_PRESSURE = Template.read("BloodPressure");
  static final Template OBSERVATION = Template.read("Observation");
  private static final Template REFERRAL = Template.read("ServiceRequest");
  private static final Template TASK = Template.read("Task");

  private final County county;
  private final Directory directory;
  private final Transaction bundle;
  private final int resident;
  private final int yearsAgo;
  private final SplittableRandom random;

  /** What the templates are filled with: for the whole year, and for the visit at hand. */
  private final Map<String, Object> values = new HashMap<>();

  /**
   * @param patient reference to the resident
   */
  Year(
      County county,
      Directory directory,
      Transaction bundle,
      int resident,
      String patient,
      int yearsAgo) {
    this.county = county;
    this.directory = directory;
    this.bundle = bundle;
    this.resident = resident;
    this.yearsAgo = yearsAgo;
    this.random = county.random(resident, 1000 + yearsAgo);
    values.put("patient", patient);
  }

  void visits() {
    for (int i = 0; i < VISITS.size(); i++) {
      visit(i);
    }
  }

  /** The centre that was visited last sends the resident to the hospital above it. */
  void refer() {
    int centre = Institution.ALL.get(Institution.village(resident)).parent();
    values.put("number", "ZZ" + county.seed() + "-" + resident);
    values.put("until", time(county.today().plusDays(30).atTime(18, 0).atOffset(BEIJING)));
    values.put("requester", directory.roles().get(centre));
    values.put("sender", directory.organizations().get(centre));
    values.put("receiver", directory.organizations().get(Institution.ALL.get(centre).parent()));
    String request = add("ServiceRequest", REFERRAL);
    values.put("request", request);
    add("Task", TASK);
  }

  private void visit(int i) {
    Place place = VISITS.get(i);
    int village = Institution.village(resident);
    int centre = Institution.ALL.get(village).parent();
    int institution =
        switch (place) {
          case VILLAGE -> village;
          case CENTRE -> centre;
          case HOSPITAL, WARD -> Institution.ALL.get(centre).parent();
        };
    boolean ward = place == Place.WARD;
    boolean hospital = ward || place == Place.HOSPITAL;
    int daysAgo = 365 * yearsAgo + 30 * (VISITS.size() - i) - random.nextInt(20);
    OffsetDateTime start =
        county
            .today()
            .minusDays(daysAgo)
            .atTime(random.nextInt(8, 17), random.nextInt(60), random.nextInt(60))
            .atOffset(BEIJING);
    OffsetDateTime end = ward ? start.plusDays(6) : start.plusMinutes(30);
    Diagnosis diagnosis = DIAGNOSES.get(random.nextInt(DIAGNOSES.size()));

    values.put("organization", directory.organizations().get(institution));
    values.put("practitioner", directory.practitioners().get(institution));
    values.put("kind", ward ? "inpatient" : "outpatient");
    values.put("institution", county.institutionCode(institution));
    values.put("number", resident + "-" + yearsAgo + "-" + i);
    values.put("class", ward ? "IMP" : "AMB");
    values.put("className", ward ? "inpatient encounter" : "ambulatory");
    values.put("type", ward ? "03" : "01");
    values.put("typeName", ward ? "住院" : "门诊");
    values.put("specialty", hospital ? "0304" : "02");
    values.put("specialtyName", hospital ? "心血管内科" : "全科医疗科");
    values.put("start", time(start));
    values.put("end", time(end));
    values.put("time", time(start.plusMinutes(5)));
    values.put("code", diagnosis.code());
    values.put("name", diagnosis.name());
    values.put("encounter", add("Encounter", ENCOUNTER));
    add("Condition", CONDITION);
    pressure();
    for (int k = 1; k < place.observations; k++) {
      values.put("time", time(start.plusMinutes(5 + (ward ? k * 270L : k))));
      Measurement.ALL.get(k % Measurement.ALL.size()).describe(values, random);
      add("Observation", OBSERVATION);
    }
  }

  private void pressure() {
    values.put("systolic", random.nextInt(105, 175));
    values.put("diastolic", random.nextInt(60, 104));
    add("Observation", BLOOD_PRESSURE);
  }

  private String add(String type, Template template) {
    String name = bundle.name();
    bundle.add(name, type, template.fill(values));
    return name;
  }

  static String time(OffsetDateTime time) {
    return TIME.format(time);
  }
}
