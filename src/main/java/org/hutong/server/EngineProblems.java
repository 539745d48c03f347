package org.hutong.server;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.store.Collisions;
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

  private static final Pattern UNMET =
      Pattern.compile("supplied resource (.+) of type|conditional URL \"([^\"]+)\"");

  private static final Pattern REFERRER =
      Pattern.compile("was resource ([A-Za-z]+/[A-Za-z0-9.-]+) in path ([A-Za-z.\\[\\]0-9]+)");

  private static final Pattern VERSION = Pattern.compile("Version \"(-?[0-9]+)\" is not valid");

  /** What HAPI throws while it carries out one entry of a transaction, not before or after. */
  private static final Set<Integer> OF_ONE_ENTRY =
      Set.of(
          929, 958, 959, 960, 961, 962, 972, 973, 974, 978, 979, 986, 987, 988, 989, 990, 996, 1995,
          1996, 1998, 2000, 2279, 2496);

  /** For who met other writes again and again. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

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
          Map.entry(505, ProblemCode.REFERENCE_UNKNOWN),
          Map.entry(515, ProblemCode.REFERENCED_STILL),
          Map.entry(541, ProblemCode.REFERENCE_UNKNOWN),
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

  /** Whose sentences say so little that HAPI's own goes along. */
  private static final Set<ProblemCode> VAGUE =
      Set.of(ProblemCode.REQUEST_INVALID, ProblemCode.UNPROCESSABLE, ProblemCode.CONFLICT);

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
    if (Collisions.isBehind(thrown)) {
      return Problem.overloaded(RETRY_AFTER);
    }
    if (Patches.broke(thrown)) {
      return Patches.problem(thrown);
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof DataFormatException) {
        return hadBody && !isOfParameter(cause)
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

  /** Whether it is a search parameter that could not be read, be it that of a condition. */
  private static boolean isOfParameter(Throwable cause) {
    for (StackTraceElement frame : cause.getStackTrace()) {
      if (frame.getClassName().startsWith("ca.uhn.fhir.rest.param.")) {
        return true;
      }
    }
    return false;
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

  /** Whether something was thrown because of the entry of a transaction that was carried out. */
  static boolean ofOneEntry(Throwable thrown) {
    if (thrown instanceof ResourceGoneException) {
      return true;
    }
    Matcher numbered = NUMBERED.matcher(String.valueOf(thrown.getMessage()));
    while (numbered.find()) {
      if (OF_ONE_ENTRY.contains(Integer.parseInt(numbered.group(1)))) {
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
      Problem worded = worded(Integer.parseInt(numbered.group(1)), detail);
      if (worded != null) {
        return worded;
      }
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
        return Problem.of(code);
      }
    }
    if (thrown.getStatusCode() == 412 && MULTIPLE.matcher(detail).find()) {
      return several(detail);
    }
    ProblemCode code = BY_STATUS.get(thrown.getStatusCode());
    if (code == null) {
      return null;
    }
    return VAGUE.contains(code) ? Problem.detailed(code, detail) : Problem.of(code);
  }

  /** What our catalogue's sentence would not say exactly enough; null where it does. */
  private static @Nullable Problem worded(int number, String detail) {
    return switch (number) {
      case 539, 929 -> {
        Matcher unmet = UNMET.matcher(detail);
        String condition =
            unmet.find()
                ? Problem.printable(unmet.group(1) == null ? unmet.group(2) : unmet.group(1))
                : "";
        yield Problem.worded(
            ProblemCode.REQUEST_INVALID,
            null,
            new Bilingual(
                "要保存的资源自己不符合所给的条件：" + condition,
                "The resource to be stored does not itself match its condition: " + condition),
            new Bilingual(
                "条件须是该资源自己的标识：请核对两处的系统与号码是否相同。",
                "A condition names the resource by what it holds: compare systems and values of both."));
      }
      case 973 -> {
        String condition = quoted(detail);
        yield Problem.worded(
            ProblemCode.NOT_FOUND,
            null,
            new Bilingual(
                "没有资源符合条件：" + condition, "No resource matches the condition: " + condition),
            new Bilingual("请核对条件中的系统与号码。", "Check systems and values of the condition."));
      }
      case 979 -> {
        Matcher version = VERSION.matcher(detail);
        String shown = version.find() ? version.group(1) : "…";
        yield Problem.worded(
            ProblemCode.NOT_FOUND,
            null,
            new Bilingual("该资源没有第 " + shown + " 版", "The resource has no version " + shown),
            new Bilingual("所有版本列于 _history。", "All versions are listed by _history."));
      }
      case 2279 ->
          Problem.worded(
              ProblemCode.ID_MISMATCH,
              null,
              new Bilingual(
                  "资源中的 id 不是条件所匹配的那个资源的 id",
                  "The id of the resource is not that of the one that the condition matches"),
              new Bilingual("按条件更新时请去掉资源中的 id。", "Leave the id out of a conditional update."));
      case 515 -> {
        Matcher found = REFERRER.matcher(detail);
        String referrer = found.find() ? found.group(1) + " (" + found.group(2) + ")" : "…";
        yield Problem.worded(
            ProblemCode.REFERENCED_STILL,
            null,
            new Bilingual(
                "仍有其他资源引用它，不能删除，如 " + referrer,
                "Other resources still refer to it, so it cannot be deleted, such as " + referrer),
            new Bilingual("请先删除或改写那些引用。", "Delete or change those references first."));
      }
      default -> null;
    };
  }

  private static Problem several(String detail) {
    String condition = quoted(detail);
    return condition.isEmpty()
        ? Problem.of(ProblemCode.MULTIPLE_MATCHES)
        : Problem.worded(
            ProblemCode.MULTIPLE_MATCHES,
            null,
            new Bilingual(
                "条件匹配到多个资源：" + condition,
                "The condition matches more than one resource: " + condition),
            new Bilingual(
                "请把条件写得更具体，如使用唯一的业务标识。",
                "Make it more specific, for instance by a unique business identifier."));
  }

  private static String quoted(String detail) {
    Matcher quoted = QUOTED.matcher(detail);
    return quoted.find() ? Problem.printable(quoted.group(1)) : "";
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
