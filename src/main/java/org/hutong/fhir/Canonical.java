package org.hutong.fhir;

/** Canonical URLs of our own package; no other class spells one out. */
public final class Canonical {
  /** Base of every canonical URL that this project publishes. */
  public static final String BASE = "https://hutong.org/fhir";

  private Canonical() {}
}
