package org.hutong.fhir;

/** Bounds of numbers, which are taken in as JSON says, as XML says, and as they are stored. */
public final class Decimals {
  /** An exponent beyond which a number is none of medicine, and of no double. */
  public static final int LARGEST_EXPONENT = 308;

  private Decimals() {}
}
