package org.hutong.fhir;

/**
 * The stages of a request, in the order in which they run. This is the whole pipeline: whatever
 * looks at a request or an answer is registered at one of these and nowhere else.
 *
 * <p>The servlet stages run before the FHIR engine sees anything; their order is the filter order.
 * The engine stages are interceptors; their order is the interceptor order.
 */
public final class Stage {
  // Servlet filters, outermost first.

  /** Gives the request its correlation id, logs one line for it, sets the answer's language. */
  public static final int CORRELATE = -400;

  /** Refuses what was not meant for this machine, and finds out who writes. */
  public static final int CALLER = -300;

  /** Refuses what the CapabilityStatement does not declare. */
  public static final int DOOR = -200;

  /** Opens the sealed link to a page. */
  public static final int PAGE = -150;

  /** Takes the body in, within limits, and refuses what is not clean text in a known format. */
  public static final int INTAKE = -100;

  // Interceptors of the FHIR engine.

  /** Refuses undeclared entries of a Bundle and unknown search parameters. */
  public static final int ENGINE_DOOR = 100;

  /** Refuses what is no patch. */
  public static final int PATCH = 120;

  /** Refuses JSON that FHIR writes otherwise. */
  public static final int GRAMMAR = 130;

  /** Brings questions and resources into the one form in which they are kept. */
  public static final int NORMAL = 140;

  /** Notes what a write will look for and change. */
  public static final int CONDITIONS = 145;

  /** Begins what comes in pages at offset 0. */
  public static final int FIRST_PAGE = 150;

  /** Has a condition asked again when what it has found was deleted. */
  public static final int STILL_THERE = 170;

  /** Dates what is written. */
  public static final int DATED = 175;

  /** Takes years, months and days in searches for whole ones. */
  public static final int WHOLE_PERIODS = 180;

  /** Gives every search a total order. */
  public static final int TOTAL_ORDER = 200;

  /** Gives what is written the one form in which it is stored. */
  public static final int STORED_FORM = 250;

  /** Holds what is written to its profile. */
  public static final int VALIDATE = 300;

  /** Looks up at once everything that a resource refers to. */
  public static final int TARGETS = 350;

  /** Writes the narrow row in the transaction of the resource. */
  public static final int NARROW_ROW = 400;

  /** Finds out whose registration a Patient is, in the transaction of the Patient. */
  public static final int IDENTITY = 410;

  /** Keeps the directory of institutions and staff, and refuses what contradicts it. */
  public static final int DIRECTORY = 415;

  /** Keeps the text of what was created for the answer. */
  public static final int STORED_TEXT = 420;

  /** Puts owner's labels and the client's {@code meta.source} back into what is read. */
  public static final int SHOW = 500;

  /** Seals the links to pages of a search sent by POST. */
  public static final int PAGE_LINKS = 600;

  /** Says what a write has done, and the warnings found on the way. */
  public static final int SUCCESS = 800;

  /** Answers a create with the text that was stored. */
  public static final int CREATED = 850;

  /** Turns every error into an OperationOutcome. */
  public static final int ERRORS = 900;

  private Stage() {}
}
