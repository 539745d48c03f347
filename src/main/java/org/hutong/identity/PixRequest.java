package org.hutong.identity;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Type;
import org.hutong.fhir.NormalForm;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/**
 * What was asked of {@code Patient/$ihe-pix} (IHE PIXm, ITI-83).
 *
 * @param source in the form in which it would be kept
 * @param targets systems of which identifiers are asked for; empty for all
 */
record PixRequest(Identifier source, Set<String> targets) {
  private static final String NAME = "$ihe-pix";
  private static final String SOURCE = "sourceIdentifier";
  private static final String TARGET = "targetSystem";
  private static final Set<String> KNOWN = Set.of(SOURCE, TARGET);

  /**
   * Reads the parameters, from the URL or from Parameters.
   *
   * @throws Problem for what the operation does not take
   */
  static PixRequest of(RequestDetails details, FhirContext context, NormalForm forms) {
    List<Identifier> sources = new ArrayList<>();
    Set<String> targets = new LinkedHashSet<>();
    for (Map.Entry<String, String[]> given : details.getParameters().entrySet()) {
      String name = given.getKey();
      if (Operations.FORMAT.contains(name)) {
        continue;
      }
      for (String value : given.getValue()) {
        take(name, value, sources, targets);
      }
    }
    Operations.posted(details, context)
        .getParameter()
        .forEach(
            parameter -> {
              Type value = parameter.getValue();
              if (value instanceof Identifier identifier && parameter.getName().equals(SOURCE)) {
                if (!identifier.hasSystem() || !identifier.hasValue()) {
                  throw Problem.parameterInvalid(
                      SOURCE, null, "Identifier.system, Identifier.value");
                }
                sources.add(identifier);
              } else {
                take(
                    parameter.getName(),
                    value == null || !value.isPrimitive() ? "" : value.primitiveValue(),
                    sources,
                    targets);
              }
            });
    if (sources.isEmpty()) {
      throw Problem.of(ProblemCode.PARAMETER_MISSING, NAME, SOURCE);
    }
    if (sources.size() > 1) {
      throw Problem.parameterInvalid(SOURCE, null, "1..1");
    }
    Patient carrier = new Patient();
    carrier.addIdentifier(sources.get(0));
    targets.forEach(target -> carrier.addIdentifier().setSystem(target).setValue("0"));
    forms.apply(carrier, details);
    Set<String> systems = new LinkedHashSet<>();
    carrier.getIdentifier().subList(1, carrier.getIdentifier().size()).stream()
        .map(Identifier::getSystem)
        .forEach(systems::add);
    return new PixRequest(carrier.getIdentifierFirstRep(), systems);
  }

  private static void take(
      String name, String value, List<Identifier> sources, Set<String> targets) {
    if (!KNOWN.contains(name)) {
      throw Problem.parameterUnknown(name, NAME, KNOWN);
    }
    String text = value.strip();
    if (name.equals(TARGET)) {
      if (text.isEmpty() || text.contains("|")) {
        throw Problem.parameterInvalid(TARGET, value, "[system]");
      }
      targets.add(text);
      return;
    }
    int bar = text.indexOf('|');
    if (bar <= 0 || bar == text.length() - 1) {
      throw Problem.parameterInvalid(SOURCE, null, "[system]|[value]");
    }
    sources.add(
        new Identifier()
            .setSystem(text.substring(0, bar).strip())
            .setValue(text.substring(bar + 1).strip()));
  }
}
