package org.hutong.profiles;

import java.time.Clock;
import java.time.LocalDate;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Facts;

/**
 * Finds a birth date that is yet to come in Beijing. No invariant can say it: {@code today()} is
 * that of the machine's zone, where a child born this morning may not be born yet.
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
}
