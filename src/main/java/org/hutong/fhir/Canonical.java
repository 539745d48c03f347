package org.hutong.fhir;

/** Canonical URLs of our own package; no other class spells one out. */
public final class Canonical {
  /** Base of every canonical URL that this project publishes. */
  public static final String BASE = "https://hutong.org/fhir";

  public static final String PATIENT = profile("hutong-patient");
  public static final String PRACTITIONER = profile("hutong-practitioner");
  public static final String ORGANIZATION = profile("hutong-organization");
  public static final String ENCOUNTER = profile("hutong-encounter");

  /** ServiceRequest whose category is {@code request-category|referral}. */
  public static final String REFERRAL = profile("hutong-referral");

  /** Task whose code is {@code task-code|referral}. */
  public static final String REFERRAL_TASK = profile("hutong-referral-task");

  /** Extension of an ElementDefinition's constraint: how to comply with it. */
  public static final String CONSTRAINT_MEND = profile("constraint-mend");

  /** Identifier system: numbers of resident identity cards, as WS and CDA documents name it. */
  public static final String ID_CARD = "urn:oid:2.16.156.10011.1.3";

  /** Identifier system: IDs of electronic health cards. */
  public static final String EHEALTH_CARD = BASE + "/sid/ehealthcard";

  private Canonical() {}

  private static String profile(String id) {
    return BASE + "/StructureDefinition/" + id;
  }
}
