package org.hutong.profiles;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/**
 * Says what the FHIR validator found in our words: which element, which rule by its key, and how to
 * mend it, in Chinese and English. The validator's own English sentence goes along as detail.
 */
final class Faults {
  /** Kinds of structural rules, by the validator's message id. */
  private enum Kind {
    MIN("缺少必需的元素", "A required element is missing", "请补上该元素。", "Add the element."),
    MAX("元素出现次数过多", "The element occurs too often", "请删去多余的。", "Remove the surplus."),
    PATTERN(
        "元素的值不是规定的值",
        "The element does not have the value laid down",
        "请改为方括号中给出的值。",
        "Use the value given in brackets."),
    BINDING(
        "代码不在规定的值集之内",
        "The code is not in the value set laid down",
        "请选用该值集中的代码，并写明 system。",
        "Choose a code of that value set and give its system."),
    TYPE(
        "元素的类型不对",
        "The element has the wrong type",
        "请改用方括号中允许的类型。",
        "Use one of the types allowed in brackets."),
    FORMAT(
        "值的格式不对",
        "The value has the wrong format",
        "请按 FHIR 数据类型的格式书写；有时刻的时间必须带时区，如 +08:00。",
        "Write it as its FHIR data type demands; a time needs an offset, such as +08:00."),
    UNKNOWN(
        "元素或扩展未定义",
        "The element or extension is not defined",
        "请删去它，或改用已定义的。",
        "Remove it, or use a defined one."),
    PROFILE(
        "所声明的 profile 未知，未按它校验",
        "The declared profile is not known; the resource was not held to it",
        "请核对 meta.profile 中的规范地址。",
        "Check the canonical URL in meta.profile."),
    INVARIANT(
        "违反 FHIR 的约束",
        "A constraint of FHIR is broken",
        "请看方括号中的约束。",
        "See the constraint in brackets."),
    OTHER("不符合 FHIR R4", "Not valid FHIR R4", "请看方括号中的说明。", "See the note in brackets.");

    private final Bilingual what;
    private final Bilingual mend;

    Kind(String whatZh, String whatEn, String mendZh, String mendEn) {
      this.what = new Bilingual(whatZh, whatEn);
      this.mend = new Bilingual(mendZh, mendEn);
    }
  }

  /** Prefixes of the validator's message ids (org.hl7.fhir 6.7), most specific first. */
  private static final List<Map.Entry<String, Kind>> KINDS =
      List.of(
          Map.entry("validation_val_profile_unknown", Kind.PROFILE),
          Map.entry("validation_val_profile_minimum", Kind.MIN),
          Map.entry("validation_val_profile_maximum", Kind.MAX),
          Map.entry("_dt_fixed_wrong", Kind.PATTERN),
          Map.entry("type_checks_pattern", Kind.PATTERN),
          Map.entry("type_checks_fixed", Kind.PATTERN),
          Map.entry("terminology_tx_coding_count", Kind.PATTERN),
          Map.entry("terminology_", Kind.BINDING),
          Map.entry("unknown_code", Kind.BINDING),
          Map.entry("extension_ext_type", Kind.TYPE),
          Map.entry("extension_prof_type", Kind.TYPE),
          Map.entry("validation_val_profile_wrongtype", Kind.TYPE),
          Map.entry("reference_ref_", Kind.TYPE),
          Map.entry("type_specific_checks", Kind.FORMAT),
          Map.entry("extension_ext_", Kind.UNKNOWN),
          Map.entry("validation_val_profile_notallowed", Kind.UNKNOWN));

  /**
   * The rule's name within {@code [element].[rule]}; the same names as the invalid examples use.
   */
  private static final Pattern INVARIANT = Pattern.compile("#([A-Za-z0-9\\-]+)$");

  /**
   * The element that the validator names within the profile: {@code Patient.name: minimum ...},
   * {@code Slice 'ServiceRequest.extension:direction' ...}.
   */
  private static final Pattern ELEMENT =
      Pattern.compile(
          "^(?:Slice ')?([A-Z][A-Za-z]+(?:\\.[a-zA-Z:\\[\\]]+)+)(?:: (?:minimum|max)|'.* slice is required)");

  /** The value of an extension, which the extension's own definition rules. */
  private static final Pattern EXTENSION_VALUE =
      Pattern.compile("^.*\\.extension(?=\\.value\\[x\\]$)");

  /**
   * R4 lets base64 be wrapped in lines, and the validator says so at the value; where an attachment
   * is looked at it decodes without that leave, and stops at the first blank.
   */
  private static final Pattern WRAPPED_BASE64 =
      Pattern.compile("not valid base64: Illegal base64 character (9|a|d|20)$");

  private static final Pattern OWN_VALUE_SET =
      Pattern.compile(Pattern.quote(Canonical.BASE) + "/ValueSet/[a-z0-9\\-]+");

  /** Prefix of the message ids for a code that its value set lacks. */
  private static final String VALUE_SET = "Terminology_TX_NoValid";

  /** Least first. */
  private static final List<ResultSeverityEnum> SEVERITIES =
      List.of(
          ResultSeverityEnum.INFORMATION,
          ResultSeverityEnum.WARNING,
          ResultSeverityEnum.ERROR,
          ResultSeverityEnum.FATAL);

  private final FhirPackage fhirPackage;

  Faults(FhirPackage fhirPackage) {
    this.fhirPackage = fhirPackage;
  }

  /**
   * Every fault once. The validator goes on below an element of the wrong type, and tells an
   * unknown code twice, as not of its code system and as not of the value set, and an unknown
   * profile too, with its place and without.
   */
  List<SingleValidationMessage> essential(List<SingleValidationMessage> messages) {
    List<SingleValidationMessage> essential = new ArrayList<>();
    for (SingleValidationMessage message : messages) {
      if (worthTelling(message) && messages.stream().noneMatch(other -> covers(other, message))) {
        essential.add(message);
      }
    }
    return essential;
  }

  private boolean worthTelling(SingleValidationMessage message) {
    boolean warning = message.getSeverity() == ResultSeverityEnum.WARNING;
    // Of recommended codes only our own value sets matter; R4's are Western.
    boolean foreignCode =
        warning
            && kind(String.valueOf(message.getMessageId())) == Kind.BINDING
            && !decidable(String.valueOf(message.getMessage()));
    return message.getSeverity() != ResultSeverityEnum.INFORMATION
        && !foreignCode
        && !WRAPPED_BASE64.matcher(String.valueOf(message.getMessage())).find();
  }

  /** Whether a table of ours is at stake, and it is known that the table lacks the code. */
  private boolean decidable(String message) {
    Matcher valueSet = OWN_VALUE_SET.matcher(message);
    return valueSet.find()
        ? fhirPackage.openTables(valueSet.group()).stream()
            .noneMatch(table -> message.contains(table + "#"))
        : message.contains(Canonical.BASE);
  }

  private boolean covers(SingleValidationMessage other, SingleValidationMessage message) {
    String id = String.valueOf(message.getMessageId());
    String otherId = String.valueOf(other.getMessageId());
    String at = String.valueOf(message.getLocationString());
    String otherAt = String.valueOf(other.getLocationString());
    if (kind(otherId) == Kind.TYPE && at.startsWith(otherAt + ".")) {
      return true;
    }
    if (kind(id) == Kind.BINDING && kind(otherId) == Kind.BINDING) {
      boolean samePlace =
          (at + ".").startsWith(otherAt + ".") || (otherAt + ".").startsWith(at + ".");
      return samePlace
          && (rank(other) != rank(message)
              ? rank(other) > rank(message)
              : !id.startsWith(VALUE_SET) && otherId.startsWith(VALUE_SET));
    }
    if (kind(id) == Kind.PROFILE && message.getLocationString() == null) {
      return kind(otherId) == Kind.PROFILE && other.getLocationString() != null;
    }
    Matcher invariant = INVARIANT.matcher(otherId);
    return String.valueOf(message.getMessage()).startsWith("Coding has no system")
        && invariant.find()
        && fhirPackage.rule(invariant.group(1)) != null;
  }

  private static int rank(SingleValidationMessage message) {
    ResultSeverityEnum severity = message.getSeverity();
    return severity == null ? 0 : SEVERITIES.indexOf(severity);
  }

  Problem.Issue issue(
      SingleValidationMessage message, Resource resource, String at, boolean warning) {
    String location = String.valueOf(message.getLocationString());
    String detail = message.getMessage();
    return new Problem.Issue(
        ProblemCode.PROFILE_VIOLATED,
        at.isEmpty() ? location : at + location.replaceFirst("^[A-Z][A-Za-z]*", ""),
        List.of(resource.fhirType()),
        wording(String.valueOf(message.getMessageId()), location, String.valueOf(detail)),
        detail,
        warning);
  }

  private Problem.Wording wording(String messageId, String location, String detail) {
    Matcher invariant = INVARIANT.matcher(messageId);
    if (invariant.find()) {
      String key = invariant.group(1);
      FhirPackage.Rule own = fhirPackage.rule(key);
      return own == null
          ? new Problem.Wording(key, Kind.INVARIANT.what, Kind.INVARIANT.mend)
          : new Problem.Wording(key, own.what(), own.mend());
    }
    Kind kind = kind(messageId);
    String key =
        element(kind, messageId, location, detail) + "." + kind.name().toLowerCase(Locale.ROOT);
    return new Problem.Wording(key, kind.what, kind.mend);
  }

  private static Kind kind(String messageId) {
    String lower = messageId.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, Kind> entry : KINDS) {
      if (lower.startsWith(entry.getKey())) {
        return entry.getValue();
      }
    }
    return Kind.OTHER;
  }

  /** The element as the profile calls it: without indexes, slices as steps of the path. */
  private static String element(Kind kind, String messageId, String location, String detail) {
    Matcher named = ELEMENT.matcher(detail);
    if (named.find()) {
      return named.group(1).replace(':', '.');
    }
    if (messageId.equals("Extension_EXT_Type")) {
      return "Extension.value[x]";
    }
    String path =
        location.replaceAll("\\[\\d+\\]", "").replaceAll("\\.ofType\\([A-Za-z]+\\)", "[x]");
    if (kind == Kind.BINDING) {
      path = path.replaceFirst("(\\.coding(\\.code|\\.system)?|(?<=\\[x\\])\\.(code|system))$", "");
    }
    return kind == Kind.BINDING || kind == Kind.TYPE
        ? EXTENSION_VALUE.matcher(path).replaceFirst("Extension")
        : path;
  }
}
