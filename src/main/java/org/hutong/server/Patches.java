package org.hutong.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.fge.jsonpatch.JsonPatch;
import com.github.fge.jsonpatch.JsonPatchException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a patch. The libraries that carry patches out ignore some faults, break
 * over others, and speak of their own classes.
 */
final class Patches {
  private static final Set<String> JSON_OPS =
      Set.of("add", "remove", "replace", "move", "copy", "test");

  private static final Set<String> NEED_VALUE = Set.of("add", "replace", "test");
  private static final Set<String> NEED_FROM = Set.of("move", "copy");

  private static final Set<String> FHIR_OPS = Set.of("add", "insert", "delete", "replace", "move");

  /** Parts that a FHIRPath Patch operation cannot do without (FHIR R4 §3.1.0.8.2). */
  private static final Map<String, List<String>> PARTS =
      Map.of(
          "add", List.of("path", "name", "value"),
          "insert", List.of("path", "value", "index"),
          "delete", List.of("path"),
          "replace", List.of("path", "value"),
          "move", List.of("path", "source", "destination"));

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Why a patch that is well-formed could not be carried out, by what the libraries say of it. */
  private static final Map<String, Bilingual> REASONS =
      Map.of(
          "no such path", new Bilingual("补丁所指的路径不存在", "The patch names a path that is not there"),
          "parent of", new Bilingual("补丁所指路径的上级不存在", "The parent of the path is not there"),
          "array index", new Bilingual("补丁的数组下标不是数字", "An array index of the patch is no number"),
          "no such index",
              new Bilingual("补丁的数组下标越界", "An array index of the patch is out of range"),
          "value differs", new Bilingual("补丁的 test 不成立", "A test of the patch does not hold"));

  /** What the server alone decides, as paths from the resource. */
  private static final Set<String> OURS =
      Set.of(".id", ".resourceType", ".meta.versionId", ".meta.lastUpdated");

  /** An operation of an XML Patch, and the place in the resource that it is about. */
  private static final Pattern XML_OPERATION =
      Pattern.compile(
          "<(?:\\w+:)?(add|replace|remove)\\b[^>]*?\\bsel\\s*=\\s*[\"']\\s*([^\"']*?)\\s*[\"']");

  static final Bilingual NOT_YOURS =
      new Bilingual(
          "补丁不能改动 id、resourceType、meta.versionId、meta.lastUpdated，也不能替换整个资源",
          "A patch cannot change id, resourceType, meta.versionId or meta.lastUpdated, nor replace the"
              + " whole resource");

  private static final Bilingual MEND =
      new Bilingual(
          "请先读取现行版本，按它改正补丁；未作任何改动。",
          "Read the present version and mend the patch by it; nothing was changed.");

  private Patches() {}

  /**
   * Checks a JSON Patch (RFC 6902).
   *
   * @throws Problem at the first operation that is none
   */
  static void checkJson(String text) {
    JsonNode patch;
    try {
      patch = JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw Problem.of(ProblemCode.BODY_MALFORMED, "JSON Patch", "JSON");
    }
    if (!patch.isArray()) {
      throw syntax("$", "JSON Patch 须是操作的数组", "A JSON Patch is an array of operations");
    }
    for (int i = 0; i < patch.size(); i++) {
      JsonNode operation = patch.get(i);
      String at = "$[" + i + "]";
      String op = operation.path("op").asText();
      if (!JSON_OPS.contains(op)) {
        String sent = Problem.printable(op);
        throw syntax(
            at + ".op",
            "没有操作“" + sent + "”：op 须是 add、remove、replace、move、copy、test 之一",
            "There is no operation \""
                + sent
                + "\": op is one of add, remove, replace, move, copy, test");
      }
      pointer(operation.path("path"), at + ".path");
      if (NEED_FROM.contains(op)) {
        pointer(operation.path("from"), at + ".from");
      }
      if (!op.equals("test")) {
        refuseOurs(operation.path("path").asText().replace('/', '.'), at + ".path");
      }
      if (op.equals("move")) {
        refuseOurs(operation.path("from").asText().replace('/', '.'), at + ".from");
      }
      if (NEED_VALUE.contains(op) && !operation.has("value")) {
        throw syntax(at + ".value", "此操作必须有 value", "The operation needs a value");
      }
    }
  }

  /**
   * What a JSON Patch makes of a text.
   *
   * @throws Problem PATCH_FAILED at the first operation that cannot be carried out
   */
  @SuppressWarnings("deprecation") // the engine reads it so
  static String patched(String json, String patch) {
    try {
      JsonNode present = JSON.readTree(json);
      JsonNode operations = JSON.readTree(patch);
      JsonNode result = present;
      for (int i = 0; i < operations.size(); i++) {
        JsonNode one = operations.get(i);
        Operation operation =
            new Operation(
                "$[" + i + "]", i, one.path("op").asText() + " " + one.path("path").asText());
        try {
          result = JsonPatch.fromJson(JSON.createArrayNode().add(one)).apply(result);
        } catch (IOException | JsonPatchException | RuntimeException impossible) {
          throw operation.failed(reason(impossible));
        }
        JsonNode version = result.at("/meta/versionId");
        if (!version.isMissingNode() && !version.equals(present.at("/meta/versionId"))) {
          throw operation.failed(NOT_YOURS);
        }
      }
      return result.toString();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * One operation of a patch.
   *
   * @param at its place in the patch
   * @param index its number, from 0
   * @param shown what it does, and where
   */
  record Operation(String at, int index, String shown) {
    Problem failed(Bilingual reason) {
      String what = Problem.printable(shown);
      return problem(
          at,
          new Bilingual(
              "补丁的第 %d 个操作（%s）无法执行：%s".formatted(index + 1, what, reason.zh()),
              "Operation %d of the patch (%s) cannot be carried out: %s"
                  .formatted(index + 1, what, reason.en())));
    }
  }

  /** Why something that must name one element of the resource does not. */
  static Bilingual matches(int count) {
    return count == 0
        ? new Bilingual("资源中没有它所指的元素", "the resource has no such element")
        : new Bilingual(
            "它指到 " + count + " 个元素，须恰好一个", "it names " + count + " elements, and must name one");
  }

  /**
   * Checks an XML Patch (RFC 5261).
   *
   * @throws Problem when it changes what is not the client's
   */
  static void checkXml(String text) {
    XmlTrial.operations(text);
    Matcher operation = XML_OPERATION.matcher(text);
    for (int i = 0; operation.find(); i++) {
      String path = operation.group(2).replaceAll("\\[[^]]*]|/@value$|/text\\(\\)$|[A-Za-z]+:", "");
      String within = path.replaceFirst("^/?[^/]*", "");
      if (!within.isEmpty() || !operation.group(1).equals("add")) {
        refuseOurs(within.replace('/', '.'), "diff[" + i + "]");
      }
    }
  }

  /**
   * Refuses to change what the server alone decides; the libraries change it, and the engine puts
   * it back without a word.
   *
   * @param path names of elements from the resource, each after a dot
   */
  private static void refuseOurs(String path, String at) {
    if (path.isEmpty() || OURS.contains(path)) {
      throw problem(at, NOT_YOURS);
    }
  }

  private static void pointer(JsonNode pointer, String at) {
    if (!pointer.isTextual() || !pointer.asText().matches("(/([^~/]|~[01])*)*")) {
      throw fault(
          at, "须是 JSON Pointer，如 /birthDate", "A JSON Pointer is needed, such as /birthDate");
    }
  }

  /**
   * Checks a FHIRPath Patch.
   *
   * @throws Problem at the first operation that is none
   */
  static void checkFhirPath(Parameters patch) {
    for (int i = 0; i < patch.getParameter().size(); i++) {
      Parameters.ParametersParameterComponent operation = patch.getParameter().get(i);
      String at = "Parameters.parameter[" + i + "]";
      if (!"operation".equals(operation.getName())) {
        throw fault(at + ".name", "每个参数须名为 operation", "Every parameter is called operation");
      }
      String type = part(operation, "type");
      if (type == null || !FHIR_OPS.contains(type)) {
        throw fault(
            at,
            "type 须是 add、insert、delete、replace、move 之一",
            "type is one of add, insert, delete, replace, move");
      }
      for (String text : List.of("path", "name")) {
        if (operation.getPart().stream()
            .anyMatch(
                part -> text.equals(part.getName()) && !(part.getValue() instanceof StringType))) {
          throw fault(at, text + " 须是 valueString", "The " + text + " is a valueString");
        }
      }
      String path = String.valueOf(part(operation, "path")).replaceFirst("^\\s*[A-Z]\\w*", "");
      String whole = path.startsWith(".") || path.isEmpty() ? path : "." + path;
      if (type.equals("add")) {
        whole += "." + part(operation, "name");
      }
      refuseOurs(whole.replaceAll("\\[0]|\\.first\\(\\)|\\s", ""), at);
      for (String needed : PARTS.getOrDefault(type, List.of())) {
        boolean there =
            operation.getPart().stream()
                .anyMatch(
                    part ->
                        needed.equals(part.getName())
                            && (part.hasValue() || part.hasPart() || part.hasResource()));
        if (!there) {
          throw fault(at, type + " 须有 " + needed, type + " needs " + needed);
        }
      }
    }
    if (patch.getParameter().isEmpty()) {
      throw fault("Parameters", "补丁没有操作", "The patch has no operation");
    }
  }

  static @Nullable String part(Parameters.ParametersParameterComponent operation, String name) {
    for (Parameters.ParametersParameterComponent part : operation.getPart()) {
      if (name.equals(part.getName()) && part.hasValue() && part.getValue().isPrimitive()) {
        return part.getValue().primitiveValue();
      }
    }
    return null;
  }

  /** Whether it is a patch that an exception is about. */
  static boolean broke(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      for (StackTraceElement frame : cause.getStackTrace()) {
        String name = frame.getClassName();
        if (name.startsWith("ca.uhn.fhir.jpa.patch.")
            || name.startsWith("com.github.fge.jsonpatch.")
            || name.startsWith("com.github.dnault.xmlpatch.")) {
          return true;
        }
      }
    }
    return false;
  }

  /** What an exception of the libraries says, in our words. */
  static Problem problem(Throwable thrown) {
    return problem(null, reason(thrown));
  }

  private static Bilingual reason(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    for (Map.Entry<String, Bilingual> reason : REASONS.entrySet()) {
      if (message.contains(reason.getKey())) {
        return reason.getValue();
      }
    }
    return new Bilingual(
        "补丁所指的元素或所给的值与资源不合",
        "The patch names an element or gives a value that does not fit the resource");
  }

  private static Problem syntax(String at, String zh, String en) {
    return Problem.worded(
        ProblemCode.PATCH_FAILED,
        at,
        new Bilingual(zh, en),
        new Bilingual(
            "请按 JSON Patch（RFC 6902）的写法改正，如 [{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"female\"}]；未作任何改动。",
            "Write it as JSON Patch (RFC 6902) does, such as"
                + " [{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"female\"}]; nothing was changed."));
  }

  static Problem fault(String at, String zh, String en) {
    return problem(at, new Bilingual(zh, en));
  }

  private static Problem problem(@Nullable String at, Bilingual what) {
    return new Problem(
        List.of(
            new Problem.Issue(
                ProblemCode.PATCH_FAILED,
                at,
                List.of(),
                new Problem.Wording(null, what, MEND, null),
                null,
                false)));
  }
}
