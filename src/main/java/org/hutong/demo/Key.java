package org.hutong.demo;

import org.jspecify.annotations.Nullable;

/**
 * What a resource is found by: its type and the business identifier that its owner gave it.
 *
 * @param display what a reader is shown; null when nothing
 */
record Key(String type, String system, String value, @Nullable String display) {

  Key(String type, String system, String value) {
    this(type, system, value, null);
  }

  /** The condition of a conditional create. */
  String condition() {
    return "identifier=" + system + "|" + value;
  }

  /** A conditional reference (FHIR R4, section 3.1.0.11.2). */
  @Override
  public String toString() {
    return type + "?" + condition();
  }
}
