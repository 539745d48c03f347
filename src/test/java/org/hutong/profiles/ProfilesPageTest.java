package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.ElementDefinition.ElementDefinitionConstraintComponent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Canonical;
import org.junit.jupiter.api.Test;

/** The page of the profiles says what the package says. */
class ProfilesPageTest {
  private static final Path PAGE = Path.of("src/docs/api/profiles.md");
  private static final String PREFIX = Canonical.BASE + "/StructureDefinition/";
  private static final String R4 = "http://hl7.org/fhir/StructureDefinition/";
  private static final FhirPackage PACKAGE = FhirPackage.fromClassPath(FhirContext.forR4Cached());
  private static final ProfileChoice CHOICE = PACKAGE.choice();

  /** On failure the page is rewritten: look at it, and commit it. */
  @Test
  void saysWhatThePackageSays() throws IOException {
    String written = Files.exists(PAGE) ? Files.readString(PAGE) : "";
    if (!written.equals(page())) {
      Files.writeString(PAGE, page());
    }
    assertThat(written).isEqualTo(page());
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Profiles 规范
            What is written is held to the profile that the table chooses by looking at the resource, whether or not
            `meta.profile` claims one ([decision 0009](../decisions/0009-profiles-by-rule.md)); to those that it claims
            besides. A row with a condition comes before the row “any other” of its type; a resource that meets two
            conditions is held to both. A type that is not listed is held to FHIR R4 alone.
            写入的资源按下表适用规范，无论 `meta.profile` 是否声明；另声明的规范同时适用。有条件的行先于同类型“其他”行；
            同时满足两个条件的，两个规范都适用。未列出的类型只须符合 FHIR R4。

            This page is generated from the package and compared by `ProfilesPageTest`. Canonical URLs are
            `%s…`.

            | type 类型 | applies to 适用于 | profile 规范 | what 内容 |
            |---|---|---|---|
            """
                .formatted(PREFIX));
    Map<String, StructureDefinition> profiles = new TreeMap<>();
    Map<String, StructureDefinition> extensions = new TreeMap<>();
    for (StructureDefinition definition : PACKAGE.definitions()) {
      (CHOICE.all().containsKey(definition.getUrl()) ? profiles : extensions)
          .put(definition.getType() + " " + definition.getIdPart(), definition);
    }
    profiles.values().forEach(profile -> page.append(row(profile)));
    page.append(
        """

        ## Rules 规则
        `min`, `max`, `binding` and the like of an element are rules too; their keys are made of the element, as in
        `Patient.gender.min` or, for a slice, `Patient.extension.ethnicity.max`; those of an extension begin with its
        name, as in `tier.value[x].binding`. 元素的 `min`、`max`、`binding` 等亦为规则，其代号由元素名（与切片名）构成，
        如 `Patient.gender.min`；扩展的规则以扩展名开头，如 `tier.value[x].binding`。

        ### Every resource 每个资源
        An extension in place of a value stands for no value: what a rule or `min` demands must have a value, and so must
        `Coding.system`, `Coding.code`, `Identifier.system` and `Reference.reference` wherever they are written (`….empty`).
        A Patient contained in another resource is refused: that is no registration, and its card numbers would be judged by
        no rule. Other contained resources are held to FHIR R4 alone. 以扩展代替的值不算有值：规则或 `min` 所要求的须有值，
        写出的 `Coding.system`、`Coding.code`、`Identifier.system`、`Reference.reference` 亦然（`….empty`）。
        患者不得内嵌（contained）于别的资源：那不是登记，其证件号码不受任何规则核对。其余内嵌资源只须符合 FHIR R4。

        ### Every coding 每个编码
        Wherever a coding stands, in a bound element or not, whoever made it; none of the other tables' codes are judged
        by these rules. 编码无论在何处、元素有无绑定都适用；别家代码表的内容不在此列。
        Systems are read by every spelling that the package knows before any rule is asked, those by whose codes a profile is
        chosen included (LOINC by its OID, `https` for `http`, a slash at the end); a `system` with `|version` is refused.
        判断之前，凡本包认得的 system 写法先归一，选规范所凭的 system 也在内（如 LOINC 的 OID、`https`、末尾斜杠）；
        带 `|版本` 的 system 不收。

        | rule 规则 | refused 拒收 |
        |---|---|
        | `….system.relative` | `system` that is no absolute URI, such as `GB/T 2261.1`<br>`system` 不是完整的 URI |
        | `….system.unknown` | a table under `https://hutong.org/fhir/` that this package does not have<br>本包网址下没有的代码表 |
        | `….version.unknown` | a `version` of a whole table of ours that is later than the one here, or none; earlier ones hold, for a later package takes no code away and gives none another meaning<br>完整代码表的 `version` 晚于此处的版本，或不是版本号；以前的版本有效：后出的包不删代码，也不改其含义 |
        | `….display.mismatch` | a `display` that is the name of another code of the same whole table (ours; Chinese or English; blanks, width and case of letters aside). Wordings of your own, which are no code's name, are taken as they are<br>`display` 是同一完整代码表中另一代码的名称（中英文；不计空格、全半角、大小写）。不是任何代码名称的自用写法照收 |
        """);
    profiles.values().forEach(profile -> page.append(rules(profile)));
    page.append("\n## Extensions 扩展\n\n| extension 扩展 | on 用于 | what 内容 |\n|---|---|---|\n");
    for (StructureDefinition extension : extensions.values()) {
      page.append(
          "| [`%1$s`](../../../fhir-profiles/extensions/StructureDefinition-%1$s.json) | %2$s | %3$s |\n"
              .formatted(
                  extension.getIdPart(),
                  extension.getContext().stream()
                      .map(context -> "`" + context.getExpression() + "`")
                      .collect(Collectors.joining(", ")),
                  both(extension.getDescriptionElement())));
    }
    extensions.values().stream()
        .filter(extension -> !constraints(extension).isEmpty())
        .forEach(extension -> page.append(rules(extension)));
    return page.toString();
  }

  private static String row(StructureDefinition profile) {
    return "| %s | %s | [`%s`](../../../fhir-profiles/profiles/StructureDefinition-%s.json) | %s |\n"
        .formatted(
            profile.getType(),
            appliesTo(profile),
            profile.getIdPart(),
            profile.getIdPart(),
            both(profile.getTitleElement()));
  }

  private static String appliesTo(StructureDefinition profile) {
    List<ProfileChoice.Condition> ofType =
        CHOICE.conditions().getOrDefault(profile.getType(), List.of());
    for (ProfileChoice.Condition condition : ofType) {
      if (condition.profile().equals(profile.getUrl())) {
        String system = condition.codings().get(0).getSystem();
        return "`%s` = %s of `%s`"
            .formatted(
                condition.element(),
                condition.codings().stream()
                    .map(coding -> "`" + coding.getCode() + "`")
                    .collect(Collectors.joining(", ")),
                system);
      }
    }
    return ofType.isEmpty() ? "every 所有" : "any other 其他";
  }

  private static String rules(StructureDefinition definition) {
    StringBuilder rules = new StringBuilder("\n### " + definition.getIdPart() + "\n");
    rules.append(both(definition.getDescriptionElement()).replace("<br>", "\n")).append("\n");
    String base = definition.getBaseDefinition();
    if (!base.startsWith(R4)) {
      rules.append("\nBuilds on 基于 [`%1$s`](#%1$s).\n".formatted(base.substring(PREFIX.length())));
    }
    if (!definition.getType().equals("Extension")) {
      rules.append(list("Required 必填", required(definition)));
      rules.append(list("Codes 代码", bindings(definition)));
    }
    List<ElementDefinitionConstraintComponent> constraints = constraints(definition);
    if (!constraints.isEmpty()) {
      rules.append("\n| key 代号 | | rule 规则 | how to mend 何以改正 |\n|---|---|---|---|\n");
    }
    for (ElementDefinitionConstraintComponent constraint : constraints) {
      FhirPackage.Rule rule = Objects.requireNonNull(PACKAGE.rule(constraint.getKey()));
      rules.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  constraint.getKey(),
                  constraint.getSeverity().toCode(),
                  both(rule.what()),
                  both(rule.mend())));
    }
    return rules.toString();
  }

  private static String list(String heading, List<String> items) {
    return items.isEmpty() ? "" : "\n" + heading + ": " + String.join(", ", items) + ".\n";
  }

  private static List<String> required(StructureDefinition definition) {
    List<String> required = new ArrayList<>();
    for (ElementDefinition element : definition.getDifferential().getElement()) {
      if (element.getMin() > 0) {
        required.add("`" + name(element) + "`");
      }
    }
    return required;
  }

  private static List<String> bindings(StructureDefinition definition) {
    List<String> bindings = new ArrayList<>();
    for (ElementDefinition element : definition.getDifferential().getElement()) {
      if (element.hasBinding()) {
        String valueSet = element.getBinding().getValueSet();
        bindings.add(
            "`%s` %s `%s`"
                .formatted(
                    name(element),
                    element.getBinding().getStrength().toCode(),
                    valueSet.substring(valueSet.lastIndexOf('/') + 1)));
      }
    }
    return bindings;
  }

  private static String name(ElementDefinition element) {
    return element.getId().replaceFirst("^[A-Za-z]+\\.", "");
  }

  private static List<ElementDefinitionConstraintComponent> constraints(
      StructureDefinition definition) {
    return definition.getDifferential().getElement().stream()
        .flatMap(element -> element.getConstraint().stream())
        .toList();
  }

  private static String both(Bilingual text) {
    return (text.en() + "<br>" + text.zh()).replace("|", "\\|");
  }

  private static String both(PrimitiveType<String> text) {
    Extension translation = text.getExtensionByUrl(R4 + "translation");
    return text.getValue() + "<br>" + translation.getExtensionString("content");
  }
}
