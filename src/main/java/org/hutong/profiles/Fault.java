package org.hutong.profiles;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One message of the FHIR validator (org.hl7.fhir 6.7), understood.
 *
 * @param id the validator's name for the message, empty when it has none
 * @param text its English sentence
 * @param place where the fault is, as FHIRPath; for what is missing, where it would be; empty when
 *     the validator does not say
 * @param key name of the broken rule, the same wherever the element stands
 * @param element the element as the profile calls it, slices after colons; null when the message
 *     does not say
 */
record Fault(
    Kind kind,
    ResultSeverityEnum severity,
    String id,
    String text,
    String place,
    String key,
    @Nullable String element) {

  /** Kinds of faults; those of structure give the key its last part. */
  enum Kind {
    MIN,
    MAX,
    PATTERN,
    BINDING,
    TYPE,
    FORMAT,
    SHAPE,
    EMPTY,
    UNKNOWN,
    CONTEXT,
    ORDER,
    ORPHAN,
    LOCAL,
    NARRATIVE,
    PROFILE,
    SYSTEM,
    VERSION,
    RELATIVE,
    TABLE,
    DISPLAY,
    STRANGER,
    FUTURE,
    IMPLAUSIBLE,
    INVARIANT,
    OTHER
  }

  /** Prefixes of message ids, most specific first. */
  private static final List<Map.Entry<String, Kind>> BY_ID =
      List.of(
          Map.entry("validation_val_profile_unknown", Kind.PROFILE),
          Map.entry("validation_val_profile_minimum", Kind.MIN),
          Map.entry("validation_val_profile_maximum", Kind.MAX),
          Map.entry("validation_val_profile_outoforder", Kind.ORDER),
          Map.entry("validation_val_profile_wrongtype", Kind.TYPE),
          Map.entry("validation_val_profile_notallowed", Kind.UNKNOWN),
          Map.entry("_dt_fixed_wrong", Kind.PATTERN),
          Map.entry("type_checks_pattern", Kind.PATTERN),
          Map.entry("type_checks_fixed", Kind.PATTERN),
          Map.entry("terminology_tx_coding_count", Kind.PATTERN),
          Map.entry("terminology_", Kind.BINDING),
          Map.entry("unknown_code", Kind.BINDING),
          Map.entry("extension_ext_type", Kind.TYPE),
          Map.entry("extension_prof_type", Kind.TYPE),
          Map.entry("extension_extp_context", Kind.CONTEXT),
          Map.entry("extension_ext_url_notfound", Kind.MIN),
          Map.entry("extension_ext_", Kind.UNKNOWN),
          Map.entry("reference_ref_cantresolve", Kind.LOCAL),
          Map.entry("reference_ref_", Kind.TYPE),
          Map.entry("type_specific_checks_dt_primitive_", Kind.EMPTY),
          Map.entry("type_specific_checks_dt_datetime_reasonable", Kind.IMPLAUSIBLE),
          Map.entry("type_specific_checks", Kind.FORMAT),
          Map.entry("resource_res_id", Kind.FORMAT),
          Map.entry("contained_orphan", Kind.ORPHAN),
          Map.entry("xhtml_", Kind.NARRATIVE));

  /** What the messages without id begin with or hold. */
  private static final List<Map.Entry<Pattern, Kind>> BY_TEXT =
      List.of(
          Map.entry(Pattern.compile("^Error parsing JSON: the primitive value"), Kind.FORMAT),
          Map.entry(Pattern.compile("^Unrecognized property|^Undefined element"), Kind.UNKNOWN),
          Map.entry(
              Pattern.compile("must be an? (JSON Array|Array|Object|simple value)"), Kind.SHAPE),
          Map.entry(
              Pattern.compile("^Text should not be present|^Undefined attribute"), Kind.SHAPE),
          Map.entry(Pattern.compile("cannot be empty|must have some content"), Kind.EMPTY),
          Map.entry(Pattern.compile("^Coding has no system"), Kind.SYSTEM));

  private static final Pattern INVARIANT = Pattern.compile("#([A-Za-z0-9\\-]+)$");

  /**
   * The element that the validator names within the profile: {@code Patient.name: minimum ...},
   * {@code Slice 'ServiceRequest.extension:direction' ...}.
   */
  private static final Pattern ELEMENT =
      Pattern.compile(
          "^(?:Slice ')?([A-Z][A-Za-z]+(?:\\.[A-Za-z0-9:_\\-]+(?:\\[x])?)+)'?(?::| for extension)");

  private static final Pattern QUOTED = Pattern.compile("'([^']*)'");

  static Fault of(SingleValidationMessage message, Sent sent) {
    String id = message.getMessageId() == null ? "" : message.getMessageId();
    String text = String.valueOf(message.getMessage());
    Kind kind = kind(id, text);
    String location = message.getLocationString();
    String at = location == null ? "" : place(location, sent);
    Matcher named = ELEMENT.matcher(text);
    boolean counts = kind == Kind.MIN || kind == Kind.MAX;
    String element = counts && named.find() ? named.group(1) : null;
    String place = element == null ? below(at, kind, id, text) : at + "." + lastName(element);
    ResultSeverityEnum severity =
        message.getSeverity() == null ? ResultSeverityEnum.INFORMATION : message.getSeverity();
    return new Fault(
        kind, severity, id, text, place, key(kind, id, text, at, place, element, sent), element);
  }

  /**
   * An error of which the validator says nothing.
   *
   * @param text what the wording needs to know
   * @param rule the last part of its key
   */
  static Fault error(Kind kind, String text, String place, String rule, Sent sent) {
    return new Fault(
        kind, ResultSeverityEnum.ERROR, "", text, place, path(place, sent) + "." + rule, null);
  }

  /** The same as no more than a warning, with what the wording needs to know. */
  Fault warning(String told) {
    return new Fault(kind, ResultSeverityEnum.WARNING, id, told, place, key, element);
  }

  boolean isError() {
    return severity == ResultSeverityEnum.ERROR || severity == ResultSeverityEnum.FATAL;
  }

  /** What the message quotes first; empty when it quotes nothing. */
  String quoted() {
    Matcher quoted = QUOTED.matcher(text);
    return quoted.find() ? String.valueOf(quoted.group(1)) : "";
  }

  private static Kind kind(String id, String text) {
    if (INVARIANT.matcher(id).find()) {
      return id.endsWith("#txt-1") || id.endsWith("#txt-2") ? Kind.NARRATIVE : Kind.INVARIANT;
    }
    String lower = id.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, Kind> entry : BY_ID) {
      if (lower.startsWith(entry.getKey())) {
        return entry.getValue();
      }
    }
    for (Map.Entry<Pattern, Kind> entry : BY_TEXT) {
      if (entry.getKey().matcher(text).find()) {
        return entry.getValue();
      }
    }
    return Kind.OTHER;
  }

  /** The validator's place without its remarks, XPath turned into FHIRPath. */
  private static String place(String location, Sent sent) {
    String plain = location.replaceAll("/\\*.*?\\*/", "");
    if (plain.startsWith("/f:")) {
      plain = plain.substring(3).replace("/f:", ".");
    }
    return sent.named(plain);
  }

  private static String below(String at, Kind kind, String id, String text) {
    if (kind == Kind.UNKNOWN && id.isEmpty()) {
      Matcher quoted = QUOTED.matcher(text);
      return quoted.find() ? at + "." + Sent.foreign(String.valueOf(quoted.group(1))) : at;
    }
    return switch (id) {
      case "Extension_EXT_Url_NotFound" -> at + ".url";
      case "Extension_EXT_Type" -> at + ".value";
      case "Type_Specific_Checks_DT_Identifier_System" -> at + ".system";
      case "TYPE_SPECIFIC_CHECKS_DT_ATT_B64_DECODE_FAIL" -> at + ".data";
      default -> at;
    };
  }

  private static String lastName(String element) {
    return element.replaceFirst("^.*\\.", "").replaceFirst(":.*$", "").replace("[x]", "");
  }

  private static String key(
      Kind kind,
      String id,
      String text,
      String at,
      String place,
      @Nullable String element,
      Sent sent) {
    Matcher invariant = INVARIANT.matcher(id);
    if (kind == Kind.INVARIANT && invariant.find()) {
      return String.valueOf(invariant.group(1));
    }
    String rule = "." + kind.name().toLowerCase(Locale.ROOT);
    if (kind == Kind.CONTEXT) {
      Matcher extension = Pattern.compile("extension (\\S+) is").matcher(text);
      return (extension.find() ? lastPart(String.valueOf(extension.group(1))) : at) + rule;
    }
    if (element != null) {
      String root = element.substring(0, element.indexOf('.'));
      String own = at.replaceFirst("[.\\[].*", "");
      String rest = element.substring(root.length()).replace(':', '.');
      String bearer = root.equals(own) ? own : path(at + ".x", sent).replaceFirst("\\.x$", "");
      // The rest leads from the extension itself, through its parts.
      return (root.equals("Extension") ? bearer.replaceFirst("\\..*", "") : bearer) + rest + rule;
    }
    String path = path(place, sent);
    return (kind == Kind.BINDING
            ? path.replaceFirst("(\\.coding(\\.code|\\.system)?|(?<=\\[x\\])\\.(code|system))$", "")
            : id.equals("Extension_EXT_Type") ? path.replaceFirst("\\.value$", ".value[x]") : path)
        + rule;
  }

  /** A place without indexes; what an extension holds is named by the extension. */
  static String path(String place, Sent sent) {
    String path = place.replaceFirst("[.\\[].*", "");
    StringBuilder at = new StringBuilder(path);
    List<Sent.Step> steps = Sent.steps(place);
    for (int i = 0; i < steps.size(); i++) {
      Sent.Step step = steps.get(i);
      at.append('.').append(step.name());
      if (step.type() != null) {
        at.append(".ofType(").append(step.type()).append(')');
      }
      if (step.index() != null) {
        at.append('[').append(step.index()).append(']');
      }
      path += "." + step.name() + (step.type() == null ? "" : "[x]");
      boolean extension =
          step.name().equals("extension") || step.name().equals("modifierExtension");
      String url = extension ? sent.at(at.toString()).path("url").asText() : "";
      if (i + 1 < steps.size() && !url.isEmpty()) {
        path = url.contains(":") ? lastPart(url) : path + "." + lastPart(url);
      }
    }
    return path;
  }

  private static String lastPart(String url) {
    return url.replaceFirst("^.*[/:]", "").replaceAll("[^A-Za-z0-9_\\-]", "?");
  }
}
