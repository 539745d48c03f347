package org.hutong.directory;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.hutong.fhir.Language;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/** The parameters of an operation of the directory, from the URL, from Parameters, or both. */
record Question(String operation, Map<String, Type> values, Language language) {

  /**
   * Reads them.
   *
   * @param context null when the body is not Parameters
   * @throws Problem for a parameter that the operation does not have, or that is given twice
   */
  static Question of(
      RequestDetails details, @Nullable FhirContext context, String operation, Set<String> known) {
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
    if (context != null) {
      for (Parameters.ParametersParameterComponent parameter :
          Operations.posted(details, context).getParameter()) {
        put(values, String.valueOf(parameter.getName()), parameter.getValue(), operation, known);
      }
    }
    Language language = Language.preferred(details.getHeader("Accept-Language"));
    details.getResponse().addHeader("Content-Language", language.tag());
    return new Question(operation, values, language);
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

  /** A text, or the target of a reference; null when it is not given. */
  @Nullable String text(String name) {
    Type value = values.get(name);
    if (value == null) {
      return null;
    }
    String text =
        value instanceof Reference reference ? reference.getReference() : value.primitiveValue();
    if (text == null || text.isBlank()) {
      throw Problem.parameterInvalid(name, null, "value[x]");
    }
    return text.strip();
  }

  /** One of some words; null when it is not given. */
  @Nullable String word(String name, Set<String> words) {
    String text = text(name);
    if (text != null && !words.contains(text)) {
      throw Problem.parameterInvalid(name, text, String.join(", ", words));
    }
    return text;
  }

  boolean flag(String name) {
    return "true".equals(word(name, Set.of("true", "false")));
  }

  /** A day; null when it is not given. */
  @Nullable LocalDate day(String name) {
    String text = text(name);
    try {
      return text == null ? null : LocalDate.parse(text);
    } catch (DateTimeParseException malformed) {
      throw Problem.parameterInvalid(name, text, "2026-10-12");
    }
  }

  LocalDate required(String name) {
    LocalDate day = day(name);
    if (day == null) {
      throw Problem.at(
          "http." + name, ProblemCode.PARAMETER_MISSING, operation, name + "=2026-10-12");
    }
    return day;
  }

  /** A FHIR instant; null when it is not given. */
  @Nullable Instant instant(String name) {
    String text = text(name);
    try {
      // In a URL a plus sign is a blank.
      return text == null ? null : OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
    } catch (DateTimeParseException malformed) {
      throw Problem.parameterInvalid(name, text, "2026-10-12T09:00:00+08:00");
    }
  }

  @Nullable Attachment attachment(String name) {
    Type value = values.get(name);
    if (value != null && !(value instanceof Attachment)) {
      throw Problem.parameterInvalid(name, null, "valueAttachment");
    }
    return (Attachment) value;
  }
}
