package org.hutong.identity;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of {@code Patient/$match} (FHIR R4, Patient-match; IHE PDQm, ITI-119).
 *
 * @param patient as much as is known, in any form
 * @param onlyCertain whether what is not certain is to be left out
 * @param count Patients at most
 */
record MatchRequest(Patient patient, boolean onlyCertain, int count) {
  private static final String NAME = "$match";
  private static final int DEFAULT_COUNT = 20;
  private static final int LARGEST_COUNT = 500;
  private static final String RESOURCE = "resource";
  private static final String CERTAIN = "onlyCertainMatches";
  private static final String COUNT = "count";
  private static final Set<String> KNOWN = Set.of(RESOURCE, CERTAIN, COUNT);

  /**
   * Reads Parameters; or the Patient alone, as ITI-119 allows.
   *
   * @throws Problem for what the operation does not take
   */
  static MatchRequest of(RequestDetails details, FhirContext context) {
    details
        .getParameters()
        .keySet()
        .forEach(
            name -> {
              if (!Operations.FORMAT.contains(name)) {
                throw Problem.parameterUnknown(name, NAME + "?", Operations.FORMAT);
              }
            });
    String body = Operations.body(details);
    if (body.isBlank()) {
      throw Problem.of(ProblemCode.BODY_EMPTY);
    }
    IBaseResource posted = Operations.encoding(details).newParser(context).parseResource(body);
    if (posted instanceof Patient patient) {
      return of(patient, patient.fhirType(), false, DEFAULT_COUNT);
    }
    if (!(posted instanceof Parameters parameters)) {
      throw Problem.of(ProblemCode.TYPE_MISMATCH, posted.fhirType(), "Parameters");
    }
    Map<String, ParametersParameterComponent> given = new HashMap<>();
    for (ParametersParameterComponent parameter : parameters.getParameter()) {
      String name = String.valueOf(parameter.getName());
      if (!KNOWN.contains(name)) {
        throw Problem.parameterUnknown(name, NAME, KNOWN);
      }
      if (given.put(name, parameter) != null) {
        throw Problem.parameterInvalid(name, null, name.equals(RESOURCE) ? "1..1" : "0..1");
      }
    }
    ParametersParameterComponent resource = given.get(RESOURCE);
    if (resource == null) {
      throw Problem.of(ProblemCode.PARAMETER_MISSING, NAME, RESOURCE);
    }
    if (!(resource.getResource() instanceof Patient patient)) {
      Resource other = resource.getResource();
      throw Problem.parameterInvalid(RESOURCE, other == null ? null : other.fhirType(), "Patient");
    }
    String at =
        "Parameters.parameter[" + parameters.getParameter().indexOf(resource) + "].resource";
    return of(patient, at, certain(given.get(CERTAIN)), count(given.get(COUNT)));
  }

  private static MatchRequest of(Patient patient, String at, boolean onlyCertain, int count) {
    if (patient.hasImplicitRules()) {
      throw Problem.at(at + ".implicitRules", ProblemCode.MODIFIER_UNKNOWN, "implicitRules");
    }
    if (patient.hasModifierExtension()) {
      throw Problem.at(
          at + ".modifierExtension[0]",
          ProblemCode.MODIFIER_UNKNOWN,
          Problem.printable(patient.getModifierExtension().get(0).getUrl()));
    }
    return new MatchRequest(patient, onlyCertain, count);
  }

  private static boolean certain(@Nullable ParametersParameterComponent parameter) {
    if (parameter == null) {
      return false;
    }
    if (parameter.getValue() instanceof BooleanType flag && flag.hasValue()) {
      return flag.booleanValue();
    }
    throw Problem.parameterInvalid(CERTAIN, shown(parameter), "valueBoolean");
  }

  private static int count(@Nullable ParametersParameterComponent parameter) {
    if (parameter == null) {
      return DEFAULT_COUNT;
    }
    if (parameter.getValue() instanceof IntegerType number
        && number.hasValue()
        && number.getValue() > 0) {
      return Math.min(number.getValue(), LARGEST_COUNT);
    }
    throw Problem.parameterInvalid(COUNT, shown(parameter), "valueInteger ≥ 1");
  }

  private static @Nullable String shown(ParametersParameterComponent parameter) {
    return parameter.hasValue() && parameter.getValue().isPrimitive()
        ? parameter.getValue().primitiveValue()
        : null;
  }
}
