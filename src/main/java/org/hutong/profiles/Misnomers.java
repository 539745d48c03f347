package org.hutong.profiles;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r5.context.IWorkerContext;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Places;

/**
 * Finds what bears a name of our package wrongly: an extension or a code table under our base that
 * the package does not have, and what a coding may not say of a table of ours. Of names under other
 * bases nobody here can say that, and the validator lets all of them pass.
 */
final class Misnomers {
  private static final String OURS = Canonical.BASE.replaceFirst("^https://", "") + "/";

  private static final List<String> SCHEMES = List.of("https://", "http://");

  private static final String UNKNOWN = "unknown";

  private final IWorkerContext definitions;
  private final OwnTables tables;

  Misnomers(IWorkerContext definitions, OwnTables tables) {
    this.definitions = definitions;
    this.tables = tables;
  }

  /** Whether a URL says that it is of our package, be it in another spelling. */
  static boolean claimsToBeOurs(String url) {
    String plain = url.strip();
    return SCHEMES.stream()
        .anyMatch(
            scheme ->
                plain.regionMatches(true, 0, scheme, 0, scheme.length())
                    && plain.regionMatches(true, scheme.length(), OURS, 0, OURS.length()));
  }

  /** Every misnomer within a resource. A modifier extension is refused whatever it is called. */
  List<Fault> of(Resource resource, Sent sent) {
    List<Fault> faults = new ArrayList<>();
    Places.visit(
        resource,
        resource.fhirType(),
        (place, element) -> {
          if (element instanceof Extension extension
              && extension.hasUrl()
              && claimsToBeOurs(extension.getUrl())
              && !place.matches(".*\\.modifierExtension\\[\\d+]")
              && !isExtension(extension.getUrl())) {
            faults.add(Fault.error(Fault.Kind.STRANGER, "", place + ".url", UNKNOWN, sent));
          } else if (element instanceof Coding coding) {
            for (OwnTables.Slip slip : tables.slips(coding)) {
              String at = place + "." + slip.element();
              faults.add(Fault.error(slip.kind(), slip.text(), at, rule(slip.kind()), sent));
            }
          }
          return true;
        });
    return faults;
  }

  private static String rule(Fault.Kind kind) {
    return switch (kind) {
      case RELATIVE -> "relative";
      case DISPLAY -> "mismatch";
      default -> UNKNOWN;
    };
  }

  private boolean isExtension(String url) {
    StructureDefinition definition = definitions.fetchResource(StructureDefinition.class, url);
    return definition != null && "Extension".equals(definition.getType());
  }
}
