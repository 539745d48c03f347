package org.hutong.fhir;

/** Canonical URLs of our own package; no other class spells one out. */
public final class Canonical {
  /** Base of every canonical URL that this project publishes. */
  public static final String BASE = "https://hutong.org/fhir";

  /** Extension of an ElementDefinition's constraint: how to comply with it. */
  public static final String CONSTRAINT_MEND = BASE + "/StructureDefinition/constraint-mend";

  /**
   * Extension of an ElementDefinition's constraint: the elements to mend, from where it stands;
   * names and dots for one that may be missing, else FHIRPath that finds what is wrong.
   */
  public static final String CONSTRAINT_PLACE = BASE + "/StructureDefinition/constraint-place";

  /** Extension of a profile: which resources of its type are held to it. */
  public static final String APPLIES_WHEN = BASE + "/StructureDefinition/applies-when";

  /** Extension of a name: how it is read. */
  public static final String PINYIN = BASE + "/StructureDefinition/pinyin";

  /** Identifier system: numbers of resident identity cards, as WS and CDA documents name it. */
  public static final String ID_CARD = "urn:oid:2.16.156.10011.1.3";

  /** Identifier system: IDs of electronic health cards. */
  public static final String EHEALTH_CARD = BASE + "/sid/ehealthcard";

  private Canonical() {}
}
