package org.hutong.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.profiles.Declared;
import org.jspecify.annotations.Nullable;

/**
 * Which requests exist, by method and path: an allow-list derived from the CapabilityStatement.
 * HAPI binds many more ({@code $expunge}, {@code $meta-add}, {@code $reindex}, type history, ...);
 * none of them gets past here, neither alone nor as an entry of a Bundle.
 */
class Doors {
  /** FHIR R4 §2.24.0.1: the form of an id. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");

  private static final Pattern VERSION = Pattern.compile("[0-9]{1,9}");

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  /** The levels at which operations are defined: type, instance. */
  private static final Map<String, Set<String>> LEVELS =
      Map.ofEntries(
          Map.entry("validate", Set.of("type", "instance")),
          Map.entry("everything", Set.of("instance")),
          Map.entry("match", Set.of("type")),
          Map.entry("ihe-pix", Set.of("type")),
          Map.entry("expand", Set.of("type")),
          Map.entry("lookup", Set.of("type")),
          Map.entry("validate-code", Set.of("type")),
          Map.entry("translate", Set.of("type")),
          Map.entry("link", Set.of("type")),
          Map.entry("link-compare", Set.of("type")),
          Map.entry("link-decisions", Set.of("type")),
          Map.entry("link-queue", Set.of("type")),
          Map.entry("link-undo", Set.of("type")),
          Map.entry("merge", Set.of("type")),
          Map.entry("unlink", Set.of("type")),
          Map.entry("tree", Set.of("type", "instance")),
          Map.entry("import", Set.of("type")),
          Map.entry("receivers", Set.of("type")),
          Map.entry("secondments", Set.of("type")));

  /** Operations that change something, or whose question is a resource: never asked for by GET. */
  private static final Set<String> POSTED =
      Set.of("import", "link", "link-undo", "match", "merge", "unlink");

  /** The one path whose body may be a table, in any encoding, in place of a resource. */
  private static final String TABLE = "Organization/$import";

  private final Declared declared;

  Doors(Declared declared) {
    this.declared = declared;
  }

  /**
   * Decides on a request.
   *
   * @param method the HTTP method
   * @param path percent-encoded, below the FHIR base, without query; a leading slash is optional
   * @param inBundle true for an entry of a batch or transaction, where no operation page or further
   *     Bundle may stand
   * @return null when the request is declared, otherwise the refusal
   */
  @Nullable Problem refusal(String method, String path, boolean inBundle) {
    List<String> segments;
    try {
      segments = segments(path);
    } catch (IllegalArgumentException malformed) {
      return Problem.of(ProblemCode.REQUEST_MALFORMED);
    }
    String verb = method.equals("HEAD") ? "GET" : method;

    if (segments.isEmpty()) {
      return inBundle ? undeclared(method, "/") : root(verb);
    }
    String first = segments.get(0);
    if (first.equals("metadata") && segments.size() == 1) {
      return allow(verb, "GET");
    }
    Declared.Type type = declared.type(first);
    if (type == null) {
      return noSuchType(first, segments);
    }
    return switch (segments.size()) {
      case 1 -> onType(verb, type);
      case 2 -> belowType(verb, type, segments.get(1), inBundle);
      case 3 -> belowInstance(verb, type, segments.get(1), segments.get(2), inBundle);
      case 4 -> version(verb, type, segments.get(1), segments.get(2), segments.get(3));
      default -> undeclared(method, String.join("/", segments));
    };
  }

  private Problem noSuchType(String name, List<String> segments) {
    if (name.isEmpty()) {
      String path = Problem.printable("/" + String.join("/", segments));
      return Problem.worded(
          ProblemCode.TYPE_UNSUPPORTED,
          null,
          new Bilingual("路径中有多余的斜线：" + path, "The path has a slash too many: " + path),
          new Bilingual("请去掉多余的斜线。", "Leave it out."));
    }
    for (String right : declared.types()) {
      if (right.equalsIgnoreCase(name) || (right + "s").equalsIgnoreCase(name)) {
        return Problem.worded(
            ProblemCode.TYPE_UNSUPPORTED,
            null,
            new Bilingual(
                "没有资源类型 %s，或许是 %s".formatted(Problem.printable(name), right),
                "There is no resource type %s; it may be %s"
                    .formatted(Problem.printable(name), right)),
            new Bilingual(
                "类型用单数，区分大小写：请写 " + right + "。",
                "Types are singular and case-sensitive: write " + right + "."));
      }
    }
    return Problem.of(ProblemCode.TYPE_UNSUPPORTED, Problem.printable(name));
  }

  /** The methods with which a path can be asked for; empty when it cannot at all. */
  Set<String> methods(String path) {
    Set<String> methods = new LinkedHashSet<>();
    for (String method : METHODS) {
      if (refusal(method, path, false) == null) {
        methods.add(method);
      }
    }
    return methods;
  }

  /**
   * The segments of a path, decoded one by one: an encoded slash parts nothing.
   *
   * @throws IllegalArgumentException when the percent-encoding is broken
   */
  static List<String> segments(String path) {
    String trimmed = path.replaceFirst("^/", "").replaceFirst("/$", "");
    if (trimmed.isEmpty()) {
      return List.of();
    }
    return Arrays.stream(trimmed.split("/", -1))
        .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
        .toList();
  }

  /** The levels at which an operation is offered: {@code type}, {@code instance}. */
  static Set<String> level(String operation) {
    return LEVELS.getOrDefault(operation, Set.of());
  }

  /** Whether an operation takes a table in text/csv. */
  static boolean takesTable(String path) {
    return path.endsWith("/" + TABLE) || path.endsWith("/" + TABLE.replace("$", "%24"));
  }

  private @Nullable Problem root(String verb) {
    if (!verb.equals("POST")) {
      return Problem.of(ProblemCode.METHOD_NOT_ALLOWED, Problem.printable(verb));
    }
    return declared.system("transaction") ? null : undeclared(verb, "/");
  }

  private @Nullable Problem onType(String verb, Declared.Type type) {
    String interaction =
        switch (verb) {
          case "GET" -> "search-type";
          case "POST" -> "create";
          case "PUT" -> "update";
          case "PATCH" -> "patch";
          case "DELETE" -> "delete";
          default -> "";
        };
    return interaction(verb, type, interaction);
  }

  private @Nullable Problem belowType(
      String verb, Declared.Type type, String second, boolean inBundle) {
    if (second.startsWith("$")) {
      return operation(verb, type, second, "type", inBundle);
    }
    if (second.equals("_search")) {
      Problem wrongVerb = inBundle ? undeclared(verb, second) : allow(verb, "POST");
      return wrongVerb != null ? wrongVerb : interaction(verb, type, "search-type");
    }
    if (second.startsWith("_")) {
      return undeclared(verb, type.name() + "/" + second);
    }
    String interaction =
        switch (verb) {
          case "GET" -> "read";
          case "PUT" -> "update";
          case "PATCH" -> "patch";
          case "DELETE" -> "delete";
          default -> "";
        };
    Problem refused = interaction(verb, type, interaction);
    return refused != null ? refused : id(second);
  }

  private @Nullable Problem belowInstance(
      String verb, Declared.Type type, String id, String third, boolean inBundle) {
    if (third.startsWith("$")) {
      Problem refused = operation(verb, type, third, "instance", inBundle);
      return refused != null ? refused : id(id);
    }
    if (third.equals("_history")) {
      Problem wrongVerb = allow(verb, "GET");
      Problem refused = wrongVerb != null ? wrongVerb : interaction(verb, type, "history-instance");
      return refused != null ? refused : id(id);
    }
    return undeclared(verb, type.name() + "/[id]/" + third);
  }

  private @Nullable Problem version(
      String verb, Declared.Type type, String id, String third, String version) {
    if (!third.equals("_history")) {
      return undeclared(verb, type.name() + "/[id]/" + third + "/" + version);
    }
    Problem wrongVerb = allow(verb, "GET");
    Problem refused = wrongVerb != null ? wrongVerb : interaction(verb, type, "vread");
    if (refused != null) {
      return refused;
    }
    return VERSION.matcher(version).matches() ? id(id) : Problem.of(ProblemCode.NOT_FOUND);
  }

  private @Nullable Problem operation(
      String verb, Declared.Type type, String segment, String level, boolean inBundle) {
    String name = segment.substring(1);
    boolean offered =
        type.operations().contains(name)
            && level(name).contains(level)
            && (level.equals("type") || !type.interactions().isEmpty()); // nothing is kept of some
    if (!offered) {
      return undeclared(verb, type.name() + "/" + segment);
    }
    if (inBundle && !verb.equals("GET")) {
      // The engine would store what is posted, whatever the operation promises.
      return undeclared(verb, type.name() + "/" + segment);
    }
    if (POSTED.contains(name)) {
      return allow(verb, "POST");
    }
    return verb.equals("GET") || verb.equals("POST") ? null : allow(verb, "GET");
  }

  private static @Nullable Problem interaction(
      String verb, Declared.Type type, String interaction) {
    if (interaction.isEmpty()) {
      return Problem.of(ProblemCode.METHOD_NOT_ALLOWED, Problem.printable(verb));
    }
    return type.interactions().contains(interaction)
        ? null
        : undeclared(verb, type.name() + " " + interaction);
  }

  private static @Nullable Problem id(String id) {
    return ID.matcher(id).matches() ? null : Problem.of(ProblemCode.NOT_FOUND);
  }

  private static @Nullable Problem allow(String verb, String allowed) {
    return verb.equals(allowed)
        ? null
        : Problem.of(ProblemCode.METHOD_NOT_ALLOWED, Problem.printable(verb));
  }

  private static Problem undeclared(String verb, String what) {
    return Problem.of(ProblemCode.INTERACTION_UNDECLARED, Problem.printable(verb + " " + what));
  }
}
