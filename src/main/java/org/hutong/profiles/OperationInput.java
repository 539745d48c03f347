package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.hutong.fhir.Language;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/** The parameters of a terminology operation, from the URL, from Parameters, or both. */
final class OperationInput {

  private final String operation;
  private final Map<String, Type> values;
  private final Language preferred;
  private final NamedSystems systems;

  private OperationInput(
      String operation, Map<String, Type> values, Language preferred, NamedSystems systems) {
    this.operation = operation;
    this.values = values;
    this.preferred = preferred;
    this.systems = systems;
  }

  /**
   * Reads them. Systems and codes are brought into the form in which they are kept.
   *
   * @throws Problem for a parameter that the operation does not have, or that is given twice
   */
  static OperationInput of(
      RequestDetails details,
      FhirContext context,
      NamedSystems systems,
      String operation,
      Set<String> known) {
    Map<String, Type> values = new LinkedHashMap<>();
    details
        .getParameters()
        .forEach(
            (name, texts) -> {
              for (String text : texts) {
                if (!Operations.FORMAT.contains(name)) {
                  put(values, name, new StringType(text), operation, known);
                }
              }
            });
    Operations.posted(details, context)
        .getParameter()
        .forEach(
            parameter -> put(values, parameter.getName(), parameter.getValue(), operation, known));
    Language preferred = Language.preferred(details.getHeader("Accept-Language"));
    OperationInput input = new OperationInput(operation, values, preferred, systems);
    details.getResponse().addHeader("Content-Language", input.language().tag());
    return input;
  }

  private static void put(
      Map<String, Type> values,
      String name,
      @Nullable Type value,
      String operation,
      Set<String> known) {
    if (!known.contains(name)) {
      throw Problem.parameterUnknown(name, operation, known);
    }
    if (value == null || values.put(name, value) != null) {
      throw Problem.parameterInvalid(name, null, "0..1");
    }
  }

  /** A text; the alternative when it is not given. */
  @Nullable String text(String name, @Nullable String otherwise) {
    Type value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    String text = value.isPrimitive() ? value.primitiveValue() : null;
    if (text == null) {
      throw Problem.parameterInvalid(name, null, "value[x]");
    }
    return text.isBlank() ? otherwise : text.strip();
  }

  String required(String name) {
    String text = text(name, null);
    if (text == null) {
      throw Problem.of(ProblemCode.PARAMETER_MISSING, operation, name);
    }
    return text;
  }

  int number(String name, int otherwise) {
    String text = text(name, null);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw Problem.parameterInvalid(name, text, "0 … 999999999");
    }
    return Integer.parseInt(text);
  }

  boolean flag(String name) {
    String text = text(name, "false");
    if (!"true".equals(text) && !"false".equals(text)) {
      throw Problem.parameterInvalid(name, text, "true, false");
    }
    return "true".equals(text);
  }

  /** {@code displayLanguage}; the caller's preferred one when it is not given. */
  Language language() {
    String tag = text("displayLanguage", null);
    if (tag == null) {
      return preferred;
    }
    if (!tag.matches("(zh|en)([-_,;].*)?")) {
      throw Problem.parameterInvalid("displayLanguage", tag, "zh, en");
    }
    return Language.preferred(tag);
  }

  /**
   * The code asked about, as {@code coding} or as {@code code} with its system.
   *
   * @param systemParameter what the operation calls the system
   * @param versionParameter what it calls the version of the system
   */
  Coding coding(String systemParameter, String versionParameter) {
    Type given = values.get("coding");
    String version = text(versionParameter, null);
    if (given != null) {
      Coding coding = checked(given);
      String system = system(systemParameter);
      if (system != null && !system.equals(coding.getSystem())) {
        throw Problem.parameterInvalid("coding", coding.getSystem(), system);
      }
      if (version != null && coding.hasVersion() && !version.equals(coding.getVersion())) {
        throw Problem.parameterInvalid("coding", coding.getVersion(), version);
      }
      return coding.hasVersion() ? coding : coding.setVersion(version);
    }
    String code = required("code");
    String system = system(systemParameter);
    if (system == null) {
      throw Problem.of(ProblemCode.PARAMETER_MISSING, operation, systemParameter);
    }
    return new Coding(system, systems.value(system, code), text("display", null))
        .setVersion(version);
  }

  /** The preferred URI of a code system that is named; null when none is. */
  @Nullable String system(String parameter) {
    String named = text(parameter, null);
    return named == null ? null : systems.primary(named);
  }

  /** The same, or the codings of {@code codeableConcept}. */
  List<Coding> codings() {
    Type given = values.get("codeableConcept");
    if (given == null) {
      return List.of(coding("system", "systemVersion"));
    }
    List<Coding> codings = new ArrayList<>();
    if (given instanceof CodeableConcept concept) {
      concept.getCoding().forEach(coding -> codings.add(checked(coding)));
    }
    if (codings.isEmpty()) {
      throw Problem.parameterInvalid("codeableConcept", null, "CodeableConcept.coding");
    }
    return codings;
  }

  private Coding checked(Type given) {
    if (!(given instanceof Coding coding)) {
      throw Problem.parameterInvalid("coding", null, "Coding");
    }
    if (coding.getSystem() == null || coding.getCode() == null) {
      throw Problem.of(ProblemCode.PARAMETER_MISSING, operation, "coding.system, coding.code");
    }
    String system = systems.primary(coding.getSystem());
    return coding.copy().setSystem(system).setCode(systems.value(system, coding.getCode()));
  }
}
