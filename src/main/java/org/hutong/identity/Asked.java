package org.hutong.identity;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hutong.fhir.NormalForm;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/** What is asked of an operation, by the URL, by Parameters, or both. */
final class Asked {
  private final String operation;
  private final String base;
  private final Map<String, List<Base>> values = new LinkedHashMap<>();

  private Asked(String operation, String base) {
    this.operation = operation;
    this.base = base;
  }

  /**
   * Reads it.
   *
   * @throws Problem for a parameter that the operation does not have
   */
  static Asked of(
      RequestDetails details, FhirContext context, String operation, Set<String> known) {
    Asked asked = new Asked(operation, details.getFhirServerBase());
    details
        .getParameters()
        .forEach(
            (name, texts) -> {
              if (!Operations.FORMAT.contains(name)) {
                for (String text : texts) {
                  asked.add(name, new StringType(text), known);
                }
              }
            });
    for (ParametersParameterComponent given : Operations.posted(details, context).getParameter()) {
      asked.add(
          given.getName(), given.hasResource() ? given.getResource() : given.getValue(), known);
    }
    return asked;
  }

  private void add(String name, @Nullable Base value, Set<String> known) {
    if (!known.contains(name)) {
      throw Problem.parameterUnknown(name, operation, known);
    }
    if (value == null) {
      throw Problem.parameterInvalid(name, null, "value[x]");
    }
    values.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
  }

  private @Nullable Base only(String name) {
    List<Base> given = values.getOrDefault(name, List.of());
    if (given.size() > 1) {
      throw Problem.parameterInvalid(name, null, "0..1");
    }
    return given.isEmpty() ? null : given.get(0);
  }

  /** A text; null when it is not given, or blank. */
  @Nullable String text(String name) {
    Base value = only(name);
    if (value == null) {
      return null;
    }
    if (!value.isPrimitive()) {
      throw Problem.parameterInvalid(name, null, "string");
    }
    String text = value.primitiveValue();
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** A text that must be given, of so many characters at most. */
  String text(String name, int longest) {
    String text = text(name);
    if (text == null) {
      throw Problem.of(ProblemCode.PARAMETER_MISSING, operation, name);
    }
    if (text.codePointCount(0, text.length()) > longest) {
      throw Problem.parameterInvalid(name, text, "1 … " + longest);
    }
    return text;
  }

  /** A number between two; the alternative when it is not given. */
  int number(String name, int least, int most, int otherwise) {
    String text = text(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,9}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw Problem.parameterInvalid(name, text, least + " … " + most);
    }
    return Integer.parseInt(text);
  }

  boolean flag(String name) {
    String text = text(name);
    if (text != null && !"true".equals(text) && !"false".equals(text)) {
      throw Problem.parameterInvalid(name, text, "true, false");
    }
    return "true".equals(text);
  }

  /** An id of ours. */
  UUID uuid(String name) {
    String text = text(name, 36);
    try {
      UUID uuid = UUID.fromString(text);
      if (uuid.toString().equals(text)) {
        return uuid;
      }
    } catch (IllegalArgumentException none) {
      // Said below.
    }
    throw Problem.parameterInvalid(name, text, "uuid");
  }

  /** The Patient to whom a reference leads; null when it is not given. */
  @Nullable IdType patient(String name) {
    Base value = only(name);
    String reference =
        value instanceof Reference given
            ? given.getReference()
            : value != null && value.isPrimitive() ? value.primitiveValue() : null;
    if (value == null) {
      return null;
    }
    IdType id = new IdType(reference);
    boolean ours = id.getBaseUrl() == null || id.getBaseUrl().replaceFirst("/$", "").equals(base);
    if (!ours || !id.hasIdPart() || !"Patient".equals(id.getResourceType())) {
      throw Problem.parameterInvalid(name, reference, "Patient/[id]");
    }
    return id.toUnqualified();
  }

  /** The same, where no version may be named. */
  @Nullable IdType unversioned(String name) {
    IdType id = patient(name);
    if (id != null && id.hasVersionIdPart()) {
      throw Problem.at(name, ProblemCode.REFERENCE_VERSIONED, Problem.printable(id.getValue()));
    }
    return id;
  }

  /** A reference that must be given. */
  IdType requiredPatient(String name) {
    IdType id = unversioned(name);
    if (id == null) {
      throw Problem.of(ProblemCode.PARAMETER_MISSING, operation, name);
    }
    return id;
  }

  /** Identifiers with system and value, in the form in which they are kept. */
  List<Identifier> identifiers(String name, NormalForm forms, RequestDetails details) {
    Patient carrier = new Patient();
    for (Base value : values.getOrDefault(name, List.of())) {
      if (!(value instanceof Identifier identifier)
          || !identifier.hasSystem()
          || !identifier.hasValue()) {
        throw Problem.parameterInvalid(name, null, "Identifier.system, Identifier.value");
      }
      carrier.addIdentifier(identifier.copy());
    }
    forms.apply(carrier, details);
    return carrier.getIdentifier();
  }

  /** A Patient in the request; null when there is none. */
  @Nullable Patient resource(String name) {
    Base value = only(name);
    if (value != null && !(value instanceof Patient)) {
      throw Problem.of(ProblemCode.TYPE_MISMATCH, value.fhirType(), "Patient");
    }
    return (Patient) value;
  }
}
