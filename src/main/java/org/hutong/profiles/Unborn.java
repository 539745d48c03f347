package org.hutong.profiles;

import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;
import org.hutong.fhir.Facts;
import org.jspecify.annotations.Nullable;

/**
 * Finds a birth date that is yet to come in Beijing, and what is told as past and is yet to come.
 * No invariant can say it: {@code today()} is that of the machine's zone, where a child born this
 * morning may not be born yet.
 */
final class Unborn {
  private final Clock clock;

  Unborn(Clock clock) {
    this.clock = clock;
  }

  /** Of Beijing. */
  static Clock clock() {
    return Clock.system(Facts.BEIJING);
  }

  LocalDate today() {
    return LocalDate.now(clock);
  }

  /** Whether somebody would be born after today. */
  boolean is(Resource resource) {
    Property birthDate = resource.getChildByName("birthDate");
    Base date = birthDate == null || !birthDate.hasValues() ? null : birthDate.getValues().get(0);
    String written = date == null ? null : date.primitiveValue();
    // What is less exact is a part of the text: the present year is not to come.
    return written != null
        && written.matches("[0-9]{4}(-[0-9]{2}){0,2}")
        && written.compareTo(today().toString()) > 0;
  }

  /**
   * Where the end of a finished encounter, or the time of a finding, is later than tomorrow: a day
   * is left to clocks that go wrong.
   */
  List<String> tooLate(Resource resource) {
    List<String> places = new ArrayList<>();
    if (resource instanceof Encounter encounter
        && encounter.getStatus() == Encounter.EncounterStatus.FINISHED
        && encounter.getPeriod().hasEnd()
        && isLate(encounter.getPeriod().getEndElement())) {
      places.add("Encounter.period.end");
    }
    Type effective =
        resource instanceof Observation observation
            ? observation.getEffective()
            : resource instanceof DiagnosticReport report ? report.getEffective() : null;
    String place = resource.fhirType() + ".effective.ofType(";
    if (effective instanceof DateTimeType time && isLate(time)) {
      places.add(place + "dateTime)");
    } else if (effective instanceof Period period && isLate(period.getStartElement())) {
      places.add(place + "Period).start");
    }
    return places;
  }

  private boolean isLate(@Nullable DateTimeType time) {
    String written = time == null ? null : time.getValueAsString();
    if (written == null || !written.matches("[0-9]{4}.*")) {
      return false;
    }
    String limit = today().plusDays(1).toString();
    int common = Math.min(limit.length(), written.length());
    return written.substring(0, common).compareTo(limit.substring(0, common)) > 0;
  }
}
