package org.hutong.server;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Translates what HAPI and the database throw into our catalogue: first by HAPI's message number,
 * then by HTTP status. Its English text goes along as a note for whoever debugs a client, except
 * for internal errors, which reveal nothing.
 */
final class EngineProblems {
  private static final Logger log = LoggerFactory.getLogger(EngineProblems.class);
  private static final Pattern NUMBERED = Pattern.compile("HAPI-(\\d{4}):\\s*");
  private static final Pattern NAMED_ELEMENT = Pattern.compile("lement '([A-Za-z0-9_.]+)'");
  private static final Pattern UNKNOWN_REFERENCE =
      Pattern.compile("Resource (\\S+) (?:not found|is deleted), specified in path: ([A-Za-z.]+)");

  private static final Pattern OTHER_ID =
      Pattern.compile("ID of \"([^\"]*)\" does not match URL ID of \"([^\"]*)\"");
  private static final Pattern OTHER_TYPE =
      Pattern.compile("expected \"([A-Za-z]+)\" but found \"([A-Za-z]+)\"");

  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

  private static final Pattern MULTIPLE = Pattern.compile("[Mm]ultiple|matched [0-9]+ resources");

  /** What PostgreSQL says of a statement that ran into its time limit. */
  private static final String QUERY_CANCELED = "57014";

  /** A text longer, a number greater or a day other than a column of the index can keep. */
  private static final Set<String> UNKEPT = Set.of("22001", "22003", "22008");

  /** HAPI 8.8 message numbers whose status or meaning we state more exactly. */
  private static final Map<Integer, ProblemCode> BY_NUMBER =
      Map.ofEntries(
          Map.entry(1094, ProblemCode.REFERENCE_UNKNOWN),
          Map.entry(1091, ProblemCode.REFERENCE_UNKNOWN),
          Map.entry(1096, ProblemCode.REFERENCE_UNKNOWN),
          Map.entry(419, ProblemCode.ID_MISMATCH),
          Map.entry(420, ProblemCode.ID_MISMATCH),
          Map.entry(450, ProblemCode.BODY_MALFORMED),
          Map.entry(515, ProblemCode.REFERENCED_STILL),
          Map.entry(959, ProblemCode.CLIENT_ASSIGNED_ID),
          Map.entry(960, ProblemCode.CLIENT_ASSIGNED_ID),
          Map.entry(961, ProblemCode.VERSION_CONFLICT),
          Map.entry(974, ProblemCode.VERSION_CONFLICT),
          Map.entry(989, ProblemCode.VERSION_CONFLICT));

  private static final Map<Integer, ProblemCode> BY_STATUS =
      Map.ofEntries(
          Map.entry(400, ProblemCode.REQUEST_INVALID),
          Map.entry(404, ProblemCode.NOT_FOUND),
          Map.entry(405, ProblemCode.METHOD_NOT_ALLOWED),
          Map.entry(406, ProblemCode.NOT_ACCEPTABLE),
          Map.entry(409, ProblemCode.CONFLICT),
          Map.entry(410, ProblemCode.GONE),
          Map.entry(412, ProblemCode.VERSION_CONFLICT),
          Map.entry(413, ProblemCode.BODY_TOO_LARGE),
          Map.entry(415, ProblemCode.MEDIA_TYPE_UNSUPPORTED),
          Map.entry(422, ProblemCode.UNPROCESSABLE),
          Map.entry(501, ProblemCode.INTERACTION_UNDECLARED),
          Map.entry(503, ProblemCode.OVERLOADED));

  private EngineProblems() {}

  /**
   * Translates one failure.
   *
   * @param hadBody whether the request brought a resource, at which a parser may have stumbled
   */
  static Problem of(Throwable thrown, boolean hadBody) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return problem;
      }
    }
    if (Patches.broke(thrown)) {
      return Patches.problem(thrown);
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof DataFormatException) {
        return hadBody
            ? malformed(cause)
            : Problem.detailed(ProblemCode.REQUEST_INVALID, detail(cause));
      }
      if (cause instanceof SQLTransientConnectionException) {
        return Problem.of(ProblemCode.OVERLOADED);
      }
      if (cause instanceof SQLException sql && QUERY_CANCELED.equals(sql.getSQLState())) {
        return Problem.of(ProblemCode.TIMED_OUT);
      }
      if (cause instanceof SQLException sql && UNKEPT.contains(String.valueOf(sql.getSQLState()))) {
        return Problem.of(ProblemCode.VALUE_NOT_INDEXABLE);
      }
    }
    if (thrown instanceof BaseServerResponseException known
        && !(thrown instanceof InternalErrorException)) {
      Problem problem = known(known);
      if (problem != null) {
        return problem;
      }
    }
    if (isOfTheBody(thrown)) {
      return Problem.of(ProblemCode.UNPROCESSABLE);
    }
    log.error("Internal error: {}", anatomy(thrown));
    return Problem.of(ProblemCode.INTERNAL, CorrelationFilter.current());
  }

  /** Whether a resource of the wrong type is behind an error that HAPI calls internal. */
  private static boolean isOfTheBody(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      StackTraceElement[] frames = cause.getStackTrace();
      String at = frames.length == 0 ? "" : frames[0].getClassName();
      if (cause instanceof IllegalArgumentException && at.startsWith("jdk.internal.reflect.")) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Problem known(BaseServerResponseException thrown) {
    String message = String.valueOf(thrown.getMessage());
    String detail = detail(thrown);
    Matcher numbered = NUMBERED.matcher(message);
    while (numbered.find()) {
      ProblemCode code = BY_NUMBER.get(Integer.parseInt(numbered.group(1)));
      if (code == ProblemCode.REFERENCE_UNKNOWN) {
        return unknownReference(detail);
      }
      if (code == ProblemCode.ID_MISMATCH) {
        Matcher ids = OTHER_ID.matcher(detail);
        return ids.find()
            ? Problem.at(
                "Resource.id",
                code,
                Problem.printable(ids.group(2)),
                Problem.printable(ids.group(1)))
            : Problem.at("Resource.id", code, "", "");
      }
      if (code == ProblemCode.BODY_MALFORMED) {
        return malformed(thrown);
      }
      if (code != null) {
        return Problem.detailed(code, detail);
      }
    }
    if (thrown.getStatusCode() == 412 && MULTIPLE.matcher(detail).find()) {
      return Problem.detailed(ProblemCode.MULTIPLE_MATCHES, detail);
    }
    ProblemCode code = BY_STATUS.get(thrown.getStatusCode());
    return code == null ? null : Problem.detailed(code, detail);
  }

  /** One that no stage of ours looked up: a conditional reference, or one to another server. */
  private static Problem unknownReference(String detail) {
    Matcher matcher = UNKNOWN_REFERENCE.matcher(detail);
    if (matcher.find()) {
      return Problem.at(
          matcher.group(2).replaceFirst("\\.where$", ""),
          ProblemCode.REFERENCE_UNKNOWN,
          Problem.printable(matcher.group(1)));
    }
    Matcher quoted = QUOTED.matcher(detail);
    return Problem.of(
        ProblemCode.REFERENCE_UNKNOWN, Problem.printable(quoted.find() ? quoted.group(1) : detail));
  }

  private static Problem malformed(Throwable thrown) {
    String detail = detail(thrown);
    Matcher types = OTHER_TYPE.matcher(detail);
    if (types.find()) {
      return Problem.at("Resource", ProblemCode.TYPE_MISMATCH, types.group(2), types.group(1));
    }
    Matcher element = NAMED_ELEMENT.matcher(detail);
    return Problem.unreadable(element.find() ? element.group(1) : null, detail);
  }

  private static String detail(Throwable thrown) {
    return NUMBERED.matcher(String.valueOf(thrown.getMessage())).replaceAll("");
  }

  /**
   * Where an error came from, without its messages: a driver's message quotes the row that it
   * stumbled over.
   */
  static String anatomy(Throwable thrown) {
    StringBuilder anatomy = new StringBuilder();
    int depth = 0;
    for (Throwable cause = thrown; cause != null && depth < 6; cause = cause.getCause(), depth++) {
      anatomy.append(depth == 0 ? "" : " <- ").append(cause.getClass().getName());
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(4, frames.length); i++) {
        anatomy.append(" at ").append(frames[i]);
      }
    }
    return anatomy.toString();
  }
}
