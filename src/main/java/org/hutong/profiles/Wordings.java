package org.hutong.profiles;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r5.model.ElementDefinition;
import org.hl7.fhir.r5.model.ElementDefinition.TypeRefComponent;
import org.hl7.fhir.r5.model.Enumerations.BindingStrength;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;

/** How a fault is told: what is wrong, what the rule rests on and how to mend it. */
final class Wordings {
  /** Values that one sentence quotes. */
  private static final int MOST_VALUES = 3;

  /** How values of a type are written. */
  private static final Map<String, Bilingual> FORMATS =
      Map.ofEntries(
          Map.entry(
              "date",
              new Bilingual(
                  "请写作 YYYY、YYYY-MM 或 YYYY-MM-DD，如 1958-03-14。",
                  "Write YYYY, YYYY-MM or YYYY-MM-DD, such as 1958-03-14.")),
          Map.entry(
              "dateTime",
              new Bilingual(
                  "请写作日期，或日期加时刻和时区，如 2026-10-12T09:10:00+08:00。",
                  "Write a date, or a date with time and offset, such as"
                      + " 2026-10-12T09:10:00+08:00.")),
          Map.entry(
              "instant",
              new Bilingual(
                  "请写明日期、到秒的时刻和时区，如 2026-10-12T09:10:00+08:00。",
                  "Write date, time to the second and offset, such as 2026-10-12T09:10:00+08:00.")),
          Map.entry(
              "time",
              new Bilingual("请写作 hh:mm:ss，如 09:10:00。", "Write hh:mm:ss, such as 09:10:00.")),
          Map.entry("boolean", new Bilingual("请写 true 或 false。", "Write true or false.")),
          Map.entry("integer", new Bilingual("请写整数。", "Write a whole number.")),
          Map.entry("positiveInt", new Bilingual("请写大于 0 的整数。", "Write a whole number above 0.")),
          Map.entry("unsignedInt", new Bilingual("请写 0 或正整数。", "Write 0 or a whole number.")),
          Map.entry("decimal", new Bilingual("请写数字，如 6.1。", "Write a number such as 6.1.")),
          Map.entry(
              "id",
              new Bilingual(
                  "请用 1 至 64 个字母、数字、“-”或“.”。", "Use 1 to 64 letters, digits, \"-\" or \".\".")),
          Map.entry("code", new Bilingual("请写不含多余空格的代码。", "Write a code without surplus blanks.")),
          Map.entry(
              "uri",
              new Bilingual(
                  "请写完整的 URI，如 urn:oid:… 或 https://…，不含空格。",
                  "Write a whole URI, such as urn:oid:… or https://…, without blanks.")),
          Map.entry(
              "reference",
              new Bilingual(
                  "请写作“类型/编号”，如 Patient/123；同一事务中可用 urn:uuid:…，或 Patient?identifier=…。",
                  "Write [type]/[id], such as Patient/123; within one transaction urn:uuid:… or"
                      + " Patient?identifier=….")),
          Map.entry(
              "base64Binary",
              new Bilingual("请以 Base64（RFC 4648）编码。", "Encode it as Base64 (RFC 4648).")),
          Map.entry("string", new Bilingual("请写非空的文字。", "Write text that is not empty.")));

  /** The identifier system by which everybody knows what is meant: the identity card's. */
  private static final String ID_CARD = "urn:oid:2.16.156.10011.1.3";

  /** What a Coding holds that is often put into the concept itself. */
  private static final Set<String> CODING =
      Set.of("system", "version", "code", "display", "userSelected");

  /** Types whose values JSON writes without quotes. */
  private static final Set<String> BARE =
      Set.of("boolean", "integer", "positiveInt", "unsignedInt", "decimal");

  /** A coding of an element of the resource itself. */
  private static final Pattern CHOOSING =
      Pattern.compile("([A-Z][A-Za-z]+)\\.([a-zA-Z]+)(?:\\[\\d+])?\\.coding(?:\\[\\d+])?");

  /** An extension of the element at which a rule stands. */
  private static final Pattern OWN_EXTENSION =
      Pattern.compile("(?<![\\w.)%])extension\\('([^']+)'\\)\\.value");

  private final FhirPackage fhirPackage;
  private final ProfileChoice choice;
  private final Elements elements;
  private final Tables tables;
  private final Constraints constraints = Constraints.fromClassPath();

  Wordings(FhirPackage fhirPackage, Elements elements, Tables tables) {
    this.fhirPackage = fhirPackage;
    this.choice = fhirPackage.choice();
    this.elements = elements;
    this.tables = tables;
  }

  /** Whether a fault can be told in words of ours, so that the validator's add nothing. */
  boolean knows(Fault fault) {
    return fault.kind() != Fault.Kind.OTHER
        && (fault.kind() != Fault.Kind.INVARIANT
            || fhirPackage.rule(fault.key()) != null
            || constraints.of(fault.key()) != null);
  }

  Problem.Wording bare(Fault fault, String place, Sent sent, List<String> profiles) {
    FhirPackage.Rule rule = Objects.requireNonNull(fhirPackage.rule(fault.key()));
    String code = code(sent.at(place));
    Bilingual name = name(place, sent, profiles);
    String valueSet = valueSet(place.replaceFirst("\\.coding(\\[\\d+])?$", ""), sent, profiles);
    Bilingual own = choosing(place, sent);
    Bilingual bound = valueSet == null ? new Bilingual("", "") : bound(valueSet);
    // A Coding that is not part of a concept has no text.
    boolean inConcept = place.matches(".*\\.coding(\\[\\d+])?");
    Bilingual mend =
        own.zh().isEmpty() && bound.zh().isEmpty()
            ? rule.mend()
            : new Bilingual(
                "请补上 system。"
                    + own.zh()
                    + bound.zh()
                    + "代码取自别的表的，写那张表的规范地址"
                    + (inConcept ? "；没有代码表的，只填 text 文字。" : "。"),
                "Add system. "
                    + own.en()
                    + bound.en()
                    + "A code of another table takes that table's canonical"
                    + (inConcept ? "; words that no table has go into text." : "."));
    return new Problem.Wording(
        fault.key(),
        new Bilingual(
            "编码“%s”未写明所属代码系统（system）：%s".formatted(code, name.zh()),
            "The coding \"%s\" does not name its code system: %s".formatted(code, name.en())),
        mend,
        rule.basis());
  }

  /** The table of ours that has a code, where that code chooses the profile of the resource. */
  private Bilingual choosing(String place, Sent sent) {
    Matcher at = CHOOSING.matcher(place);
    String code = sent.at(place).path("code").asText();
    if (!at.matches()) {
      return new Bilingual("", "");
    }
    String systems =
        choice.tables(at.group(1), at.group(2)).stream()
            .filter(system -> tables.has(system, code))
            .collect(Collectors.joining(", "));
    return systems.isEmpty()
        ? new Bilingual("", "")
        : new Bilingual(
            "本包以代码“%s”识别此资源，其 system 为 %s。".formatted(Problem.printable(code), systems),
            "By the code \"%s\" this package recognises the resource; its system is %s. "
                .formatted(Problem.printable(code), systems));
  }

  private Bilingual bound(String valueSet) {
    Bilingual title = tables.title(valueSet);
    String systems = String.join(", ", tables.systems(valueSet));
    return systems.isEmpty()
        ? new Bilingual(
            "此元素绑定“%s”。".formatted(title.zh()),
            "The element is bound to \"%s\". ".formatted(title.en()))
        : new Bilingual(
            "此元素绑定“%s”，其 system 为 %s。".formatted(title.zh(), systems),
            "The element is bound to \"%s\", whose system is %s. ".formatted(title.en(), systems));
  }

  private static String code(JsonNode coding) {
    for (String telling : new String[] {"code", "display"}) {
      if (coding.has(telling)) {
        return Problem.printable(coding.path(telling).asText());
      }
    }
    return "";
  }

  /** The elements that a constraint of FHIR R4 itself wants mended, from where it stands. */
  List<String> places(String key) {
    return constraints.places(key);
  }

  /**
   * How a fault is told.
   *
   * @param culprit the place to mend; the fault's own but for invariants
   */
  Problem.Wording of(Fault fault, String culprit, Sent sent, List<String> profiles) {
    Bilingual name = name(fault.place(), sent, profiles);
    String value = sent.value(fault.place());
    return switch (fault.kind()) {
      case INVARIANT -> invariant(fault, culprit, sent, profiles);
      case MIN -> {
        Bilingual missing = counted(fault, name);
        yield told(
            fault,
            sent,
            profiles,
            new Bilingual(
                "缺少必需的元素 " + missing.zh(), "The required element is missing: " + missing.en()),
            addition(fault, sent, profiles));
      }
      case MAX -> {
        Bilingual surplus = counted(fault, name);
        Matcher numbers =
            Pattern.compile("max allowed = (\\d+), but found (\\d+)").matcher(fault.text());
        boolean known = numbers.find();
        yield told(
            fault,
            sent,
            profiles,
            new Bilingual(
                "元素出现次数过多："
                    + surplus.zh()
                    + (known ? "，至多 " + numbers.group(1) + " 个，现有 " + numbers.group(2) + " 个" : ""),
                "The element occurs too often: "
                    + surplus.en()
                    + (known
                        ? ", at most " + numbers.group(1) + ", found " + numbers.group(2)
                        : "")),
            new Bilingual("请删去多余的。", "Remove the surplus."));
      }
      case PATTERN -> {
        String laidDown = pattern(fault, sent, profiles);
        yield told(
            fault,
            sent,
            profiles,
            new Bilingual(
                "%s 的值%s不是规定的值".formatted(name.zh(), quote(value).zh()),
                "The value%s of %s is not the one laid down"
                    .formatted(quote(value).en(), name.en())),
            laidDown == null
                ? new Bilingual("请改为规范规定的值。", "Use the value that the profile lays down.")
                : new Bilingual("请改为 " + laidDown + "。", "Use " + laidDown + "."));
      }
      case BINDING -> binding(fault, name, sent, profiles);
      case TYPE -> type(fault, name, value, sent, profiles);
      case FORMAT -> format(fault, name, value, sent, profiles);
      case SHAPE -> shape(fault, name, value, sent, profiles);
      case EMPTY ->
          told(
              fault,
              sent,
              profiles,
              new Bilingual(name.zh() + " 没有内容", name.en() + " is empty"),
              new Bilingual("请填写内容；没有内容的，整个元素不写。", "Fill it in, or leave the element out."));
      case UNKNOWN -> unknown(fault, sent, profiles);
      case CONTEXT -> {
        Matcher allowed =
            Pattern.compile("allowed for this version = ([^)]*)").matcher(fault.text());
        String places = allowed.find() ? String.valueOf(allowed.group(1)).replace("e:", "") : "";
        String url =
            Problem.printable(fault.text().replaceFirst("^.*?extension (\\S+) is.*$", "$1"));
        yield told(
            fault,
            sent,
            profiles,
            new Bilingual(
                "扩展 %s 不能用在 %s".formatted(url, name.zh()),
                "The extension %s must not stand at %s".formatted(url, name.en())),
            new Bilingual(
                "请移到 %s，或删去。".formatted(places), "Move it to %s, or remove it.".formatted(places)));
      }
      case ORDER ->
          told(
              fault,
              sent,
              profiles,
              new Bilingual(name.zh() + " 在 XML 中的次序不对", name.en() + " is out of order in the XML"),
              new Bilingual(
                  "请按 FHIR 定义的次序排列元素。", "Put the elements in the order of their definition."));
      case ORPHAN ->
          told(
              fault,
              sent,
              profiles,
              new Bilingual(
                  "内含资源 %s 没有被引用".formatted(name.zh()),
                  "Nothing refers to the contained resource " + name.en()),
              new Bilingual(
                  "请以“#”加其 id 引用它，或删去。", "Refer to it by \"#\" and its id, or remove it."));
      case LOCAL ->
          told(
              fault,
              sent,
              profiles,
              new Bilingual(
                  "%s 的引用%s在 contained 中没有所指".formatted(name.zh(), quote(value).zh()),
                  "The reference%s of %s leads to nothing in contained"
                      .formatted(quote(value).en(), name.en())),
              new Bilingual(
                  "请在 contained 中放入该资源，或改用“类型/编号”。",
                  "Put the resource into contained, or refer by [type]/[id]."));
      case NARRATIVE ->
          told(
              fault,
              sent,
              profiles,
              new Bilingual(
                  name.zh() + " 不是 FHIR 允许的 XHTML",
                  name.en() + " is not the XHTML that FHIR allows"),
              new Bilingual(
                  "请以 <div xmlns=\"http://www.w3.org/1999/xhtml\"> 为根，只用基本排版元素，不含脚本与表单。",
                  "Begin with <div xmlns=\"http://www.w3.org/1999/xhtml\">; use basic formatting only, no scripts or forms."));
      case PROFILE ->
          told(
              fault,
              sent,
              profiles,
              new Bilingual(
                  "所声明的 profile 未知，未按它校验：" + value,
                  "The declared profile is not known, and the resource was not held to it: "
                      + value),
              profile(sent.at(fault.place()).asText(), fault.place()));
      case SYSTEM ->
          told(
              fault,
              sent,
              profiles,
              new Bilingual(
                  "编码%s未写明所属代码系统（system）：%s".formatted(quote(value).zh(), name.zh()),
                  "The coding%s does not name its code system: %s"
                      .formatted(quote(value).en(), name.en())),
              new Bilingual("请补上 system。", "Add system."));
      case VERSION -> version(fault, value, sent);
      case RELATIVE -> relative(fault, value);
      case TABLE -> table(fault, value);
      case DISPLAY -> display(fault, value, sent);
      case STRANGER -> stranger(fault, value);
      case FUTURE ->
          new Problem.Wording(
              fault.key(),
              new Bilingual(
                  "%s%s晚于今天（北京时间 %s）".formatted(name.zh(), quote(value).zh(), fault.text()),
                  "%s%s is later than today (%s in Beijing)"
                      .formatted(name.en(), quote(value).en(), fault.text())),
              new Bilingual(
                  "请更正出生日期；只知年或年月的，写 YYYY 或 YYYY-MM。",
                  "Correct the birth date; when only year or month are known, write YYYY or"
                      + " YYYY-MM."),
              new Bilingual(
                  "Hutong 规则：尚未出生者没有出生日期。", "Hutong's rule: nobody is registered before birth."));
      case IMPLAUSIBLE -> implausible(fault, name, value);
      case OTHER ->
          told(
              fault,
              sent,
              profiles,
              new Bilingual(
                  "%s%s不符合 FHIR R4".formatted(name.zh(), quote(value).zh()),
                  "Not valid FHIR R4: %s%s".formatted(name.en(), quote(value).en())),
              new Bilingual("请看方括号中的说明。", "See the note in brackets."));
    };
  }

  /** Which profile is meant by a name that none of ours bears. */
  private Bilingual profile(String named, String place) {
    String type = place.replaceFirst("[.\\[].*", "");
    String meant = choice.like(named, type);
    return meant == null
        ? new Bilingual("请核对 meta.profile 中的规范地址。", "Check the canonical URL in meta.profile.")
        : new Bilingual(
            "请核对 meta.profile 中的规范地址；最接近的是 %s。".formatted(meant),
            "Check the canonical URL in meta.profile; the nearest is %s.".formatted(meant));
  }

  /** A time in a year in which nobody lived, or that is yet to come. */
  private static Problem.Wording implausible(Fault fault, Bilingual name, @Nullable String value) {
    boolean late = value != null && value.compareTo(fault.text()) > 0;
    return new Problem.Wording(
        fault.key(),
        late
            ? new Bilingual(
                "%s%s晚于今天（北京时间 %s）".formatted(name.zh(), quote(value).zh(), fault.text()),
                "%s%s is later than today (%s in Beijing)"
                    .formatted(name.en(), quote(value).en(), fault.text()))
            : new Bilingual(
                "%s%s的年份过早，不合情理".formatted(name.zh(), quote(value).zh()),
                "The year of %s%s is implausibly early".formatted(name.en(), quote(value).en())),
        new Bilingual(
            "请核对日期，尤其是年份；此处只提示，不拒收。", "Check the date, above all its year: a warning, no refusal."),
        new Bilingual("Hutong 规则：已发生的事不在将来。", "Hutong's rule: what has happened is not to come."));
  }

  private Problem.Wording version(Fault fault, @Nullable String value, Sent sent) {
    JsonNode coding = sent.at(fault.place().replaceFirst("\\.version$", ""));
    String system = Problem.printable(coding.path("system").asText());
    return new Problem.Wording(
        fault.key(),
        new Bilingual(
            "%s：代码表 %s 没有版本%s，已知版本：%s 及以前"
                .formatted(fault.place(), system, quote(value).zh(), fault.text()),
            "%s: the code table %s has no version%s; known: %s and before"
                .formatted(fault.place(), system, quote(value).en(), fault.text())),
        new Bilingual(
            "请把 version 改为 %s，或不写 version。".formatted(fault.text()),
            "Write version %s, or leave version out.".formatted(fault.text())),
        new Bilingual(
            "本包的代码表，见 CodeSystem/$lookup?system=%s。".formatted(system),
            "A code table of this package: CodeSystem/$lookup?system=%s.".formatted(system)));
  }

  /** What is no address of any table. */
  private Problem.Wording relative(Fault fault, @Nullable String value) {
    if (value != null && value.indexOf('|') >= 0) {
      return versioned(fault, value);
    }
    String meant = value == null ? null : tables.like(value);
    return new Problem.Wording(
        fault.key(),
        new Bilingual(
            "%s：%s不是代码系统的地址，无从知道代码取自哪张表".formatted(fault.place(), quote(value).zh()),
            "%s:%s is no address of a code system: nobody can tell from which table the code is"
                .formatted(fault.place(), quote(value).en())),
        meant == null
            ? new Bilingual(
                "请写代码系统的完整 URI，如 urn:oid:… 或 https://…；自己的代码表请用自己的网址。",
                "Write the whole URI of the code system, such as urn:oid:… or https://…. A table of"
                    + " your own needs a URL of your own.")
            : new Bilingual(
                "请写完整的 URI；最接近的是 %s。".formatted(meant),
                "Write the whole URI; the nearest is %s.".formatted(meant)),
        new Bilingual(
            "FHIR R4 Coding.system 是绝对 URI。", "Coding.system of FHIR R4 is an absolute URI."));
  }

  /** With its version, as canonical references are written, a system is another one. */
  private static Problem.Wording versioned(Fault fault, String value) {
    return new Problem.Wording(
        fault.key(),
        new Bilingual(
            "%s：%s带有“|版本”，Coding.system 不能这样写".formatted(fault.place(), quote(value).zh()),
            "%s:%s carries a \"|version\", which Coding.system must not"
                .formatted(fault.place(), quote(value).en())),
        new Bilingual(
            "请只写代码系统的 URI，版本写在 Coding.version。",
            "Write the URI of the code system alone, and the version in Coding.version."),
        new Bilingual(
            "FHIR R4 Coding.system 是 uri，不是 canonical。",
            "Coding.system of FHIR R4 is a uri, not a canonical."));
  }

  private Problem.Wording table(Fault fault, @Nullable String value) {
    String meant = value == null ? null : tables.like(value);
    return new Problem.Wording(
        fault.key(),
        new Bilingual(
            "%s：本包没有代码表%s".formatted(fault.place(), quote(value).zh()),
            "%s: this package has no code table%s".formatted(fault.place(), quote(value).en())),
        meant == null
            ? new Bilingual(
                "请核对 system；本包的代码表见 fhir-profiles/terminology，自己的代码表请用自己的网址。",
                "Check system; the code tables of this package are in fhir-profiles/terminology. A"
                    + " table of your own needs a URL of your own.")
            : new Bilingual(
                "最接近的是 %s；自己的代码表请用自己的网址。".formatted(meant),
                "The nearest is %s. A table of your own needs a URL of your own.".formatted(meant)),
        ours());
  }

  /**
   * A code beside the name of another: whichever is wrong, the one is read and the other stored.
   */
  private Problem.Wording display(Fault fault, @Nullable String value, Sent sent) {
    JsonNode coding = sent.at(fault.place().replaceFirst("\\.display$", ""));
    String system = Problem.printable(coding.path("system").asText());
    String code = Problem.printable(coding.path("code").asText());
    String named = value == null ? "" : value;
    Bilingual title = tables.table(system);
    Bilingual means = tables.name(system, code);
    Bilingual elsewhere = tables.called(system, code, named);
    return new Problem.Wording(
        fault.key(),
        new Bilingual(
            "%s：在“%s”中，代码 %s 义为“%s”，而“%s”是代码 %s 的名称，两者矛盾"
                .formatted(fault.place(), title.zh(), code, means.zh(), named, fault.text()),
            "%s: in \"%s\" the code %s means \"%s\", and \"%s\" is the name of code %s: they contradict each other"
                .formatted(fault.place(), title.en(), code, means.en(), named, fault.text())),
        new Bilingual(
            "请查明所指：若是“%s”，把 code 改为 %s；若是“%s”，改正 display 或不写。%s"
                .formatted(named, fault.text(), means.zh(), elsewhere.zh()),
            "Find out what is meant: for \"%s\" write code %s; for \"%s\" mend display, or leave it out.%s"
                .formatted(named, fault.text(), means.en(), elsewhere.en())),
        new Bilingual(
            "%s，见 CodeSystem/$lookup?system=%s&code=%s。".formatted(title.zh(), system, code),
            "%s: CodeSystem/$lookup?system=%s&code=%s.".formatted(title.en(), system, code)));
  }

  private static Bilingual ours() {
    return new Bilingual(
        "%s/ 下的名称只由本包定义。".formatted(Canonical.BASE),
        "Names under %s/ are defined by this package only.".formatted(Canonical.BASE));
  }

  private Problem.Wording stranger(Fault fault, @Nullable String value) {
    String meant = value == null ? null : fhirPackage.extensionLike(value);
    return new Problem.Wording(
        fault.key(),
        new Bilingual(
            "%s：本包没有定义扩展%s".formatted(fault.place(), quote(value).zh()),
            "%s: this package does not define the extension%s"
                .formatted(fault.place(), quote(value).en())),
        meant == null
            ? new Bilingual(
                "请核对 url；本包的扩展见 fhir-profiles/extensions，自己的扩展请用自己的网址。",
                "Check url; the extensions of this package are in fhir-profiles/extensions. An"
                    + " extension of your own needs a URL of your own.")
            : new Bilingual(
                "最接近的是 %s；自己的扩展请用自己的网址。".formatted(meant),
                "The nearest is %s. An extension of your own needs a URL of your own."
                    .formatted(meant)),
        ours());
  }

  private Problem.Wording told(
      Fault fault, Sent sent, List<String> profiles, Bilingual what, Bilingual mend) {
    return new Problem.Wording(fault.key(), what, mend, basis(fault, sent, profiles));
  }

  /** The profile, or the definition of FHIR R4, that lays the rule down. */
  private @Nullable Bilingual basis(Fault fault, Sent sent, List<String> profiles) {
    String from = fault.text().replaceFirst("^.*\\(from ", "");
    String url = fault.kind() == Fault.Kind.PROFILE ? null : Faults.profile(from);
    boolean ofFhir = isOfFhir(fault, sent, profiles);
    if ((url == null || ofFhir) && fault.kind() != Fault.Kind.PROFILE) {
      Elements.Found found = elements.at(fault.place(), sent, ofFhir ? List.of() : profiles);
      url = found == null ? null : found.profile();
    }
    Bilingual title = url == null ? null : fhirPackage.title(url);
    if (url == null || title == null && !url.startsWith(RuleBook.R4)) {
      return null;
    }
    String id = url.substring(url.lastIndexOf('/') + 1);
    return title == null
        ? new Bilingual("FHIR R4 " + id + "。", "FHIR R4 " + id + ".")
        : new Bilingual("%s（%s）。".formatted(id, title.zh()), "%s (%s).".formatted(id, title.en()));
  }

  /** Whether FHIR R4 itself lays a rule down, and our profile does no more than repeat it. */
  private boolean isOfFhir(Fault fault, Sent sent, List<String> profiles) {
    return switch (fault.kind()) {
      case FORMAT, SHAPE, EMPTY, ORDER -> true;
      case MIN, MAX -> {
        Elements.Found base = elements.at(fault.place(), sent, List.of());
        Elements.Found own = elements.at(fault.place(), sent, profiles);
        boolean slice = fault.element() != null && fault.element().indexOf(':') >= 0;
        yield base != null
            && own != null
            && !slice
            && (fault.kind() == Fault.Kind.MIN
                ? base.definition().getMin() > 0
                : base.definition().getMax().equals(own.definition().getMax()));
      }
      default -> false;
    };
  }

  private Bilingual name(String place, Sent sent, List<String> profiles) {
    Elements.Found found = elements.at(place, sent, profiles);
    return named(
        place,
        found == null ? null : fhirPackage.label(found.profile(), found.definition().getId()));
  }

  /** An element that is missing or surplus, with the slice that the rule counts. */
  private Bilingual counted(Fault fault, Bilingual name) {
    String element = fault.element();
    String profile = Faults.profile(fault.text().replaceFirst("^.*\\(from ", ""));
    if (element == null || element.indexOf(':') < 0 || profile == null) {
      return name;
    }
    Bilingual label = fhirPackage.label(profile, element);
    String slice = element.substring(element.lastIndexOf(':') + 1).replaceFirst("\\..*", "");
    String place = fault.place() + ":" + slice;
    return element.matches(".*:[^.]*$") ? named(place, label) : name;
  }

  /** What to put where something is missing. */
  private Bilingual addition(Fault fault, Sent sent, List<String> profiles) {
    String profile = Faults.profile(fault.text().replaceFirst("^.*\\(from ", ""));
    String slice =
        profile != null && fault.element() != null && fault.element().matches(".*:[^.]*$")
            ? fault.element()
            : null;
    if (slice != null && profile != null && fault.place().endsWith("xtension")) {
      Bilingual extension = extension(elements.of(profile, slice));
      if (extension != null) {
        return extension;
      }
    }
    ElementDefinition system =
        slice == null || profile == null ? null : elements.of(profile, slice + ".system");
    String laidDown = system == null ? null : laidDown(system);
    if (laidDown != null) {
      return new Bilingual(
          "请补上该元素：system 为 %s，value 写号码。".formatted(laidDown),
          "Add the element: its system is %s, and value takes the number.".formatted(laidDown));
    }
    String parent = fault.place().replaceFirst("\\.[^.]*$", "");
    Elements.Found above = elements.at(parent, sent, profiles);
    if (fault.place().endsWith(".system") && above != null && "Identifier".equals(above.type())) {
      Bilingual number = quote(sent.value(parent + ".value"));
      return new Bilingual(
          ("请补上该元素：写明 %s.value%s是哪种号码，如居民身份证写 %s；本包所用的号码体系见 fhir-profiles/terminology"
                  + " 中的 NamingSystem，自有的号码请用自己的网址。")
              .formatted(parent, number.zh(), ID_CARD),
          ("Add the element: it says what number %s.value%s is, such as %s for the identity card;"
                  + " the systems of this package are the NamingSystem of fhir-profiles/terminology,"
                  + " numbers of your own take a URL of your own.")
              .formatted(parent, number.en(), ID_CARD));
    }
    Elements.Found found = slice != null ? null : elements.at(fault.place(), sent, profiles);
    Bilingual codes = found == null ? null : codes(found.definition(), "code".equals(found.type()));
    return codes == null
        ? new Bilingual("请补上该元素。", "Add the element.")
        : new Bilingual("请补上该元素。" + codes.zh(), "Add the element. " + codes.en());
  }

  /** How an extension is written; null when nobody defines it. */
  private @Nullable Bilingual extension(@Nullable ElementDefinition slice) {
    String url =
        slice == null
            ? null
            : slice.getType().stream()
                .flatMap(type -> type.getProfile().stream())
                .map(profile -> profile.getValue())
                .findFirst()
                .orElse(null);
    ElementDefinition value = url == null ? null : elements.of(url, "Extension.value[x]");
    if (value == null) {
      return null;
    }
    if (value.getType().isEmpty() || "0".equals(value.getMax())) {
      return new Bilingual(
          "请补上扩展：url 为 %s，其各部分见 fhir-profiles/extensions。".formatted(url),
          "Add the extension: its url is %s, its parts are in fhir-profiles/extensions."
              .formatted(url));
    }
    String names =
        value.getType().stream()
            .map(TypeRefComponent::getWorkingCode)
            .map(
                type -> "value" + type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1))
            .collect(Collectors.joining(", "));
    Bilingual codes = codes(value, names.equals("valueCode"));
    return new Bilingual(
        "请补上扩展：url 为 %s，值写在 %s 中。%s".formatted(url, names, codes == null ? "" : codes.zh()),
        "Add the extension: its url is %s, its value goes into %s.%s"
            .formatted(url, names, codes == null ? "" : " " + codes.en()));
  }

  /** What to choose for an element; null when it is not held to a value set. */
  private @Nullable Bilingual codes(ElementDefinition definition, boolean bare) {
    return binds(definition)
        ? tables.choice(definition.getBinding().getValueSet().replaceFirst("\\|.*$", ""), bare)
        : null;
  }

  private static boolean binds(ElementDefinition definition) {
    return definition.getBinding().hasValueSet()
        && (definition.getBinding().getStrength() == BindingStrength.REQUIRED
            || definition.getBinding().getStrength() == BindingStrength.EXTENSIBLE);
  }

  private static Bilingual named(String place, @Nullable Bilingual label) {
    return label == null
        ? new Bilingual(place, place)
        : new Bilingual(
            "%s（%s）".formatted(place, label.zh()), "%s (%s)".formatted(place, label.en()));
  }

  private static Bilingual quote(@Nullable String value) {
    return value == null
        ? new Bilingual("", "")
        : new Bilingual("“" + value + "”", " \"" + value + "\"");
  }

  private Problem.Wording invariant(Fault fault, String culprit, Sent sent, List<String> profiles) {
    FhirPackage.Rule own = fhirPackage.rule(fault.key());
    if (own != null) {
      String values = values(fault.place(), culprit, own.expression(), sent);
      return new Problem.Wording(
          fault.key(),
          values.isEmpty()
              ? own.what()
              : new Bilingual(
                  own.what()
                      .zh()
                      .replaceFirst("。?$", "（" + Matcher.quoteReplacement(values) + "）。"),
                  own.what()
                      .en()
                      .replaceFirst("\\.?$", " (" + Matcher.quoteReplacement(values) + ").")),
          own.mend(),
          own.basis());
    }
    Bilingual known = constraints.of(fault.key());
    Bilingual name = name(culprit, sent, profiles);
    String there = sent.value(culprit);
    String value = there == null ? sent.value(fault.place()) : there;
    Bilingual basis =
        new Bilingual(
            "FHIR R4 约束 %s。".formatted(fault.key()),
            "the constraint %s of FHIR R4.".formatted(fault.key()));
    return known == null
        ? new Problem.Wording(
            fault.key(),
            new Bilingual(
                "%s%s违反 FHIR R4 的约束 %s".formatted(name.zh(), quote(value).zh(), fault.key()),
                "%s%s breaks the constraint %s of FHIR R4"
                    .formatted(name.en(), quote(value).en(), fault.key())),
            new Bilingual("请看方括号中的约束。", "See the constraint in brackets."),
            basis)
        : new Problem.Wording(
            fault.key(),
            new Bilingual(
                "%s%s：%s".formatted(name.zh(), quote(value).zh(), known.zh()),
                "%s%s: %s".formatted(name.en(), quote(value).en(), known.en())),
            new Bilingual("请按此改正该元素。", "Mend the element accordingly."),
            basis);
  }

  /**
   * The values that a rule looked at, such as {@code birthDate = 1958-03-15}, the culprit's first.
   */
  private static String values(String place, String culprit, String expression, Sent sent) {
    Map<String, String> values = new LinkedHashMap<>();
    String below = culprit.startsWith(place + ".") ? culprit.substring(place.length() + 1) : "";
    String there = below.isEmpty() ? null : sent.value(culprit);
    if (there != null) {
      values.put(below.replaceAll("\\.ofType\\(\\w+\\)", ""), there);
    }
    for (String mention : Faults.mentions(expression)) {
      if (!mention.matches("(.*\\.)?system") && !mention.equals(below)) {
        List<String> found = sent.values(place + "." + mention);
        boolean shown =
            found.size() == 1
                && found.get(0).equals(there)
                && mention.startsWith(below.replaceAll("\\[\\d+]", "") + ".");
        if (!found.isEmpty() && !shown && values.size() < MOST_VALUES) {
          values.put(
              mention, String.join(", ", found.subList(0, Math.min(found.size(), MOST_VALUES))));
        }
      }
    }
    Matcher extension = OWN_EXTENSION.matcher(expression);
    while (extension.find() && values.size() < MOST_VALUES) {
      String url = String.valueOf(extension.group(1));
      for (int i = 0; i < sent.at(place).path("extension").size(); i++) {
        String held = sent.value(place + ".extension[" + i + "].value");
        if (held != null && sent.at(place + ".extension[" + i + "].url").asText().equals(url)) {
          values.put(url.replaceFirst("^.*/", ""), held);
        }
      }
    }
    String whole = place.indexOf('.') < 0 ? null : sent.value(place);
    return values.isEmpty() && whole != null
        ? whole
        : values.entrySet().stream()
            .map(value -> value.getKey() + " = " + value.getValue())
            .collect(Collectors.joining(", "));
  }

  private @Nullable String pattern(Fault fault, Sent sent, List<String> profiles) {
    Elements.Found found = elements.at(fault.place(), sent, profiles);
    if (found == null) {
      return null;
    }
    return laidDown(found.definition());
  }

  private static @Nullable String laidDown(ElementDefinition definition) {
    org.hl7.fhir.r5.model.DataType laidDown =
        definition.hasFixed() ? definition.getFixed() : definition.getPattern();
    if (laidDown instanceof org.hl7.fhir.r5.model.CodeableConcept concept && concept.hasCoding()) {
      return concept.getCodingFirstRep().getSystem() + "#" + concept.getCodingFirstRep().getCode();
    }
    return laidDown != null && laidDown.isPrimitive() ? laidDown.primitiveValue() : null;
  }

  private @Nullable String valueSet(String place, Sent sent, List<String> profiles) {
    Elements.Found found = elements.at(place, sent, profiles);
    return found != null && found.definition().getBinding().hasValueSet()
        ? found.definition().getBinding().getValueSet().replaceFirst("\\|.*$", "")
        : null;
  }

  private Problem.Wording binding(Fault fault, Bilingual name, Sent sent, List<String> profiles) {
    String place = fault.place().replaceFirst("\\.coding(\\[\\d+])?(\\.(code|system))?$", "");
    JsonNode node = sent.at(place);
    String value = sent.value(place);
    String valueSet = valueSet(place, sent, profiles);
    boolean recommended = fault.severity() == ResultSeverityEnum.WARNING;
    JsonNode absent = absent(node);
    if (Units.UCUM.equals(node.path("system").asText())) {
      String meant = Units.meant(node.path("code").asText());
      if (meant != null) {
        return unit(fault, name, Problem.printable(node.path("code").asText()), meant);
      }
    }
    if (absent != null && (valueSet == null || !binds(place, sent, profiles))) {
      String system = absent.path("system").asText();
      String code = Problem.printable(absent.path("code").asText());
      Bilingual table = tables.table(system);
      Bilingual lacking = tables.absent(system, code);
      return new Problem.Wording(
          fault.key(),
          new Bilingual(name.zh() + "：" + lacking.zh(), name.en() + ": " + lacking.en()),
          tables.codes(system, code),
          new Bilingual(
              "%s（%s）。".formatted(table.zh(), system), "%s (%s).".formatted(table.en(), system)));
    }
    if (valueSet == null) {
      String[] parts = fault.quoted().split("#", 2);
      return told(
          fault,
          sent,
          profiles,
          new Bilingual(
              "%s 的代码%s不在其代码系统之内".formatted(name.zh(), quote(value).zh()),
              "The code%s of %s is not in its code system".formatted(quote(value).en(), name.en())),
          new Bilingual(
              "请核对代码与 system（%s）。".formatted(Problem.printable(parts[0])),
              "Check the code and its system (%s).".formatted(Problem.printable(parts[0]))));
    }
    Bilingual title = tables.title(valueSet);
    Bilingual elsewhere = elsewhere(valueSet, node);
    Bilingual accepted =
        recommended
            ? new Bilingual("此绑定可扩展，只提示，不拒收。", " The binding is extensible: a warning, no refusal.")
            : new Bilingual("", "");
    Bilingual near = near(valueSet, node);
    Bilingual choice = tables.choice(valueSet, node.isValueNode());
    return new Problem.Wording(
        fault.key(),
        new Bilingual(
            "%s 的代码%s不在所绑定的“%s”之内。%s%s"
                .formatted(name.zh(), quote(value).zh(), title.zh(), elsewhere.zh(), accepted.zh()),
            "The code%s of %s is not in \"%s\", to which it is bound.%s%s"
                .formatted(
                    quote(value).en(), name.en(), title.en(), elsewhere.en(), accepted.en())),
        new Bilingual(near.zh() + choice.zh(), near.en() + choice.en()),
        new Bilingual(
            "%s（%s）。".formatted(title.zh(), valueSet), "%s (%s).".formatted(title.en(), valueSet)));
  }

  private static Problem.Wording unit(Fault fault, Bilingual name, String code, String meant) {
    return new Problem.Wording(
        fault.key(),
        new Bilingual(
            "%s 的单位代码“%s”不是 UCUM 的写法".formatted(name.zh(), code),
            "The unit code \"%s\" of %s is not written as UCUM writes it"
                .formatted(code, name.en())),
        new Bilingual(
            "请把 code 改为 %s；供人阅读的写法仍写在 unit 中。".formatted(meant),
            "Write code %s; the spelling for people stays in unit.".formatted(meant)),
        new Bilingual(
            "UCUM（%s），区分大小写。".formatted(Units.UCUM),
            "UCUM (%s), which is case-sensitive.".formatted(Units.UCUM)));
  }

  private boolean binds(String place, Sent sent, List<String> profiles) {
    Elements.Found found = elements.at(place, sent, profiles);
    return found != null && binds(found.definition());
  }

  private static Iterable<JsonNode> codings(JsonNode concept) {
    JsonNode codings = concept.has("coding") ? concept.path("coding") : concept;
    return codings.isArray() ? codings : List.of(codings);
  }

  /** The coding whose code its own table lacks; null when there is none. */
  private @Nullable JsonNode absent(JsonNode concept) {
    for (JsonNode coding : codings(concept)) {
      if (coding.path("code").isTextual()
          && tables.lacks(coding.path("system").asText(), coding.path("code").asText())) {
        return coding;
      }
    }
    return null;
  }

  /** The code of a value set that somebody means who writes it a little differently. */
  private Bilingual near(String valueSet, JsonNode concept) {
    List<String> systems = tables.systems(valueSet);
    if (concept.isTextual()) {
      return tables.near(systems, concept.asText());
    }
    for (JsonNode coding : codings(concept)) {
      String system = coding.path("system").asText();
      if (coding.path("code").isTextual() && (system.isEmpty() || systems.contains(system))) {
        return tables.near(
            system.isEmpty() ? systems : List.of(system), coding.path("code").asText());
      }
    }
    return new Bilingual("", "");
  }

  /** To which other tables the codes of a concept belong; empty when none is known. */
  private Bilingual elsewhere(String valueSet, JsonNode concept) {
    for (JsonNode coding : codings(concept)) {
      if (coding.isObject() && coding.path("code").isTextual()) {
        Bilingual found =
            tables.elsewhere(
                valueSet,
                coding.has("system") ? coding.path("system").asText() : null,
                Problem.printable(coding.path("code").asText()));
        if (found != null) {
          return new Bilingual(found.zh(), " " + found.en());
        }
      }
    }
    return new Bilingual("", "");
  }

  private Problem.Wording type(
      Fault fault, Bilingual name, @Nullable String value, Sent sent, List<String> profiles) {
    if (fault.id().equals("Validation_VAL_Profile_WrongType")) {
      return told(
          fault,
          sent,
          profiles,
          new Bilingual(
              "所声明的 profile 适用于 %s，不适用于本资源".formatted(fault.quoted()),
              "The declared profile is one for %s, not for this resource"
                  .formatted(fault.quoted())),
          new Bilingual("请更正 meta.profile。", "Mend meta.profile."));
    }
    if (fault.text().startsWith(Faults.DISAGREES)) {
      String leadsTo = fault.text().substring(Faults.DISAGREES.length());
      return told(
          fault,
          sent,
          profiles,
          new Bilingual(
              "%s%s与 reference 所引用的类型 %s 不一致".formatted(name.zh(), quote(value).zh(), leadsTo),
              "%s%s is not the type %s to which reference leads"
                  .formatted(name.en(), quote(value).en(), leadsTo)),
          new Bilingual(
              "请把 type 改为 %s，或不写 type；若引用有误，请更正 reference。".formatted(leadsTo),
              "Write type %s, or leave type out; or mend reference when that is wrong."
                  .formatted(leadsTo)));
    }
    Matcher target =
        Pattern.compile(
                "(?:Found|The type) '?([A-Za-z, ]+?)'?(?:, but expected one of| is not a valid Target"
                    + " for this element|"
                    + " implied by the reference URL \\S+ is not a valid Target for this element)"
                    + " ?\\(+(?:must be one of )?\\[?([^)\\]]*)]?\\)")
            .matcher(fault.text());
    if (target.find()) {
      return told(
          fault,
          sent,
          profiles,
          new Bilingual(
              "%s%s引用了 %s，此处只能引用 %s"
                  .formatted(
                      name.zh(), quote(value).zh(), types(target.group(1)), types(target.group(2))),
              "%s%s refers to a %s; here only %s may stand"
                  .formatted(
                      name.en(),
                      quote(value).en(),
                      types(target.group(1)),
                      types(target.group(2)))),
          new Bilingual(
              "请改为引用所允许的类型，并使 reference 与 type 一致。",
              "Refer to a type that is allowed; reference and type must agree."));
    }
    Matcher found =
        Pattern.compile("for the types? \\[?([^\\]]*?)]? but found type (\\S+)")
            .matcher(fault.text());
    boolean known = found.find();
    String allowed = known ? types(found.group(1)) : "";
    String was = known ? types(found.group(2)) : "";
    return told(
        fault,
        sent,
        profiles,
        new Bilingual(
            "%s%s的类型%s不被允许".formatted(name.zh(), quote(value).zh(), known ? " " + was + " " : ""),
            "The type%s of %s%s is not allowed"
                .formatted(known ? " " + was : "", name.en(), quote(value).en())),
        known
            ? new Bilingual("请改用 " + allowed + "。", "Use " + allowed + ".")
            : new Bilingual("请改用所允许的类型。", "Use a type that is allowed."));
  }

  /** Names of types as FHIR writes them, whatever else the validator says of them. */
  private static String types(String text) {
    return text.replaceAll("https?://\\S*/|[\\[\\]']|\\b[a-z]+(\\.[a-z0-9]+)+\\.", "").strip();
  }

  private Problem.Wording format(
      Fault fault, Bilingual name, @Nullable String value, Sent sent, List<String> profiles) {
    Elements.Found found = elements.at(fault.place(), sent, profiles);
    boolean reference = fault.place().endsWith(".reference");
    String type =
        found == null || found.type() == null ? "" : reference ? "reference" : found.type();
    Bilingual how =
        switch (type) {
          case "url", "canonical", "oid", "uuid" -> FORMATS.get("uri");
          case "markdown" -> FORMATS.get("string");
          default -> FORMATS.get(type);
        };
    return told(
        fault,
        sent,
        profiles,
        new Bilingual(
            "%s 的值%s不是合格的 %s".formatted(name.zh(), quote(value).zh(), type.isEmpty() ? "值" : type),
            "The value%s of %s is not a valid %s"
                .formatted(quote(value).en(), name.en(), type.isEmpty() ? "value" : type)),
        how == null
            ? new Bilingual("请按 FHIR 数据类型的格式书写。", "Write it as its FHIR data type demands.")
            : sent.isXml() ? how : quoted(how, type, sent.at(fault.place())));
  }

  /** Says of JSON what those get wrong who write numbers as texts, or texts as numbers. */
  private static Bilingual quoted(Bilingual how, String type, JsonNode sent) {
    return BARE.contains(type)
        ? new Bilingual(how.zh() + "JSON 中不加引号。", how.en() + " JSON writes it without quotes.")
        : sent.isTextual()
            ? how
            : new Bilingual(how.zh() + "JSON 中加引号。", how.en() + " JSON writes it with quotes.");
  }

  private Problem.Wording shape(
      Fault fault, Bilingual name, @Nullable String value, Sent sent, List<String> profiles) {
    Elements.Found found = elements.at(fault.place(), sent, profiles);
    boolean listed = fault.place().endsWith("]");
    boolean array = found != null && found.repeats() && !listed;
    if (!array && sent.at(fault.place()).isNull()) {
      return told(
          fault,
          sent,
          profiles,
          new Bilingual(name.zh() + " 没有值", name.en() + " has no value"),
          new Bilingual("请填写内容；没有内容的，整个元素不写。", "Fill it in, or leave the element out."));
    }
    String type = found == null || found.type() == null ? "" : found.type();
    if (fault.text().equals(JsonGrammar.UNPAIRED)) {
      return told(
          fault,
          sent,
          profiles,
          new Bilingual(
              "%s 的值与其旁（名称前加“_”）的 id、扩展不成对".formatted(name.zh()),
              "The values of %s and what stands beside them (its name with \"_\") do not match"
                  .formatted(name.en())),
          new Bilingual(
              "两个数组须等长，逐项对应；某项没有值或没有扩展的，写 null。",
              "Make the two arrays equally long, item by item; null stands for the value or the"
                  + " extensions that an item lacks."));
    }
    Bilingual expected =
        fault.text().startsWith("Text") || fault.text().startsWith("Undefined")
            ? new Bilingual(
                "其值须写在 XML 的 value 属性或子元素中",
                "its value goes into the XML attribute value, or into child elements")
            : array
                ? new Bilingual("须为数组 […]", "it must be an array […]")
                : !type.isEmpty() && Character.isLowerCase(type.charAt(0))
                    ? new Bilingual(
                        "须为单个值，不是数组或对象", "it must be a single value, neither array nor object")
                    : new Bilingual("须为对象 {…}", "it must be an object {…}");
    return told(
        fault,
        sent,
        profiles,
        new Bilingual(
            "%s%s的写法不对：%s".formatted(name.zh(), quote(value).zh(), expected.zh()),
            "%s%s is written wrongly: %s".formatted(name.en(), quote(value).en(), expected.en())),
        array
            ? new Bilingual(
                "可重复的元素，只有一个也写成数组。", "Elements that may repeat are arrays even when there is one.")
            : new Bilingual(
                "请按 FHIR 的 %s 写法改正。".formatted(sent.isXml() ? "XML" : "JSON"),
                "Mend it by the %s form of FHIR.".formatted(sent.isXml() ? "XML" : "JSON")));
  }

  private Problem.Wording unknown(Fault fault, Sent sent, List<String> profiles) {
    String parent = fault.place().replaceFirst("\\.[^.]*$", "");
    String name = fault.place().substring(parent.length() + 1);
    Bilingual what =
        new Bilingual(
            "元素未定义：%s".formatted(fault.place()),
            "The element is not defined: %s".formatted(fault.place()));
    for (int i = 1; i < name.length(); i++) {
      String choice = parent + "." + name.substring(0, i);
      Elements.Found found =
          Character.isUpperCase(name.charAt(i)) ? elements.at(choice, sent, profiles) : null;
      if (found != null && found.definition().getPath().endsWith("[x]")) {
        return choice(fault, choice, found, sent, profiles);
      }
    }
    Elements.Found above = elements.at(parent, sent, profiles);
    String type = above == null || above.type() == null ? "" : above.type();
    if (type.equals("Coding") && Set.of("coding", "text").contains(name)) {
      return told(
          fault,
          sent,
          profiles,
          what,
          new Bilingual(
              "%s 是 Coding，不是 CodeableConcept：请把 system、code、display 直接写在 %s 下，不用 coding 与 text。"
                  .formatted(parent, parent),
              "%s is a Coding, not a CodeableConcept: put system, code and display directly into %s, without coding and text."
                  .formatted(parent, parent)));
    }
    if (type.equals("CodeableConcept") && CODING.contains(name)) {
      return told(
          fault,
          sent,
          profiles,
          what,
          new Bilingual(
              "%s 是 CodeableConcept：请把 system、code、display 写进 %s.coding[0]。"
                  .formatted(parent, parent),
              "%s is a CodeableConcept: put system, code and display into %s.coding[0]."
                  .formatted(parent, parent)));
    }
    String small = parent + "." + name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    boolean capital = !small.equals(fault.place()) && elements.at(small, sent, profiles) != null;
    return told(
        fault,
        sent,
        profiles,
        what,
        capital
            ? new Bilingual(
                "元素名区分大小写，应为 %s。".formatted(small),
                "Names are case-sensitive: it is %s.".formatted(small))
            : new Bilingual(
                "请删去它；FHIR 没有的内容用扩展（extension）表达。",
                "Remove it; say what FHIR has no element for by an extension."));
  }

  /** A type that a choice does not have, or a second one beside the first. */
  private Problem.Wording choice(
      Fault fault, String choice, Elements.Found found, Sent sent, List<String> profiles) {
    String name = choice.substring(choice.lastIndexOf('.') + 1);
    String was = fault.place().substring(fault.place().lastIndexOf('.') + 1);
    List<String> allowed =
        found.definition().getType().stream()
            .map(TypeRefComponent::getWorkingCode)
            .map(type -> name + type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1))
            .toList();
    String list = String.join(", ", allowed);
    return allowed.contains(was)
        ? told(
            fault,
            sent,
            profiles,
            new Bilingual(
                "%s[x] 只能取一种类型，%s 是多余的".formatted(choice, was),
                "%s[x] takes one type only; %s is one too many".formatted(choice, was)),
            new Bilingual("请只保留一个。", "Keep one of them."))
        : told(
            fault,
            sent,
            profiles,
            new Bilingual(
                "%s[x] 没有类型 %s".formatted(choice, was),
                "%s[x] has no type %s".formatted(choice, was)),
            new Bilingual("请改用：%s。".formatted(list), "Use one of: %s.".formatted(list)));
  }
}
