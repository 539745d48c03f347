package org.hutong.fhir;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Timing;
import org.jspecify.annotations.Nullable;

/**
 * What a resource says about whose record it belongs to and when it happened; the narrow row keeps
 * both, so that a record is read by one index scan.
 *
 * @param patient logical id of the Patient; null when the resource belongs to no one's record or
 *     does not say
 * @param clinicalTime when it happened, by the caller's clock; the start of a period, and the start
 *     of the day at +08:00 of a date; null when the resource does not say
 */
public record Facts(@Nullable String patient, @Nullable Instant clinicalTime) {
  /** Raise it when the same elements come to be read otherwise: stored rows are then made anew. */
  private static final int VERSION = 1;

  /** Days are Beijing days. */
  public static final ZoneOffset BEIJING = ZoneOffset.ofHours(8);

  /**
   * Where a type names its patient, and when it happened (the first that is present).
   *
   * @param patient element path; empty for types outside the Patient compartment
   */
  private record Source(String patient, List<String> times) {}

  /** FHIR R4 Patient compartment; every declared type stands here (compared by a test). */
  private static final Map<String, Source> SOURCES =
      Map.ofEntries(
          source("AllergyIntolerance", "patient", "recordedDate", "onset"),
          source("Appointment", "participant.actor", "start"),
          source("CarePlan", "subject", "period", "created"),
          source("CareTeam", "subject", "period"),
          source("Communication", "subject", "sent", "received"),
          source("Composition", "subject", "date"),
          source("Condition", "subject", "onset", "recordedDate"),
          source("Consent", "patient", "dateTime"),
          source("Coverage", "beneficiary", "period"),
          source("Device", "patient"),
          source("DiagnosticReport", "subject", "effective", "issued"),
          source("DocumentReference", "subject", "date"),
          source("Encounter", "subject", "period"),
          source("Endpoint", ""),
          source("EpisodeOfCare", "patient", "period"),
          source("Flag", "subject", "period"),
          source("Goal", "subject", "start"),
          source("HealthcareService", ""),
          source("ImagingStudy", "subject", "started"),
          source("Immunization", "patient", "occurrence"),
          source("Location", ""),
          source("Media", "subject", "created", "issued"),
          source("Medication", ""),
          source("MedicationAdministration", "subject", "effective"),
          source("MedicationRequest", "subject", "authoredOn"),
          source("MedicationStatement", "subject", "effective", "dateAsserted"),
          source("Observation", "subject", "effective", "issued"),
          source("Organization", ""),
          source("OrganizationAffiliation", "", "period"),
          source("Patient", ""),
          source("Practitioner", ""),
          source("PractitionerRole", "", "period"),
          source("Procedure", "subject", "performed"),
          source("Provenance", "target", "occurred", "recorded"),
          source("RelatedPerson", "patient", "period"),
          source("Schedule", "actor", "planningHorizon"),
          source("ServiceRequest", "subject", "authoredOn", "occurrence"),
          source("Slot", "", "start"),
          source("Specimen", "subject", "collection.collected", "receivedTime"),
          source("Task", "for", "authoredOn"));

  public static Facts of(Resource resource) {
    Source source = SOURCES.get(resource.fhirType());
    if (source == null) {
      return new Facts(null, null);
    }
    String patient =
        resource instanceof Patient
            ? resource.getIdElement().getIdPart()
            : patient(resource, source);
    for (String path : source.times()) {
      for (Base value : values(resource, path)) {
        Instant time = time(value);
        if (time != null) {
          return new Facts(patient, time);
        }
      }
    }
    return new Facts(patient, null);
  }

  /** How patient and time of a type are found; differs whenever {@link #of} may find others. */
  public static String rule(String type) {
    return VERSION + " " + SOURCES.get(type);
  }

  /** The types of which we know where they name their patient and time. */
  public static Set<String> types() {
    return SOURCES.keySet();
  }

  /** The types whose resources may belong to a patient's record, the Patient itself included. */
  public static Set<String> recordTypes() {
    return SOURCES.entrySet().stream()
        .filter(
            source -> source.getKey().equals("Patient") || !source.getValue().patient().isEmpty())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The element by which a type names its patient; empty when it names none. */
  static String patientPath(String type) {
    Source source = SOURCES.get(type);
    return source == null ? "" : source.patient();
  }

  private static Map.Entry<String, Source> source(String type, String patient, String... times) {
    return Map.entry(type, new Source(patient, List.of(times)));
  }

  private static @Nullable String patient(Resource resource, Source source) {
    if (source.patient().isEmpty()) {
      return null;
    }
    for (Base value : values(resource, source.patient())) {
      if (value instanceof Reference reference && reference.hasReference()) {
        IdType id = new IdType(reference.getReference());
        if ("Patient".equals(id.getResourceType())) {
          return id.getIdPart();
        }
      }
    }
    return null;
  }

  private static List<Base> values(Base from, String path) {
    List<Base> values = List.of(from);
    for (String name : path.split("\\.")) {
      values = values.stream().flatMap(value -> value.listChildrenByName(name).stream()).toList();
    }
    return values;
  }

  private static @Nullable Instant time(Base value) {
    if (value instanceof Period period) {
      return period.hasStart() ? time(period.getStartElement()) : time(period.getEndElement());
    }
    if (value instanceof Timing timing) {
      return timing.hasEvent() ? time(timing.getEvent().get(0)) : null;
    }
    if (!(value instanceof BaseDateTimeType time) || time.getValue() == null) {
      return null;
    }
    String text = time.getValueAsString();
    return switch (text.length()) {
      case 4 -> LocalDate.of(Integer.parseInt(text), 1, 1).atStartOfDay().toInstant(BEIJING);
      case 7 -> YearMonth.parse(text).atDay(1).atStartOfDay().toInstant(BEIJING);
      case 10 -> day(text);
      default -> time.getValue().toInstant();
    };
  }

  /** Null for 29 February of 1500: the engine counts it, today's calendar taken back does not. */
  private static @Nullable Instant day(String text) {
    try {
      return LocalDate.parse(text).atStartOfDay().toInstant(BEIJING);
    } catch (DateTimeException noSuchDay) {
      return null;
    }
  }
}
