package org.hutong.profiles;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r5.context.IWorkerContext;
import org.hl7.fhir.r5.model.CodeSystem;
import org.hl7.fhir.r5.model.Enumerations.CodeSystemContentMode;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Places;
import org.jspecify.annotations.Nullable;

/**
 * Finds what bears a name of our package that the package does not have: an extension under our
 * base, a version of a code table of ours. Of names under other bases nobody here can say that, and
 * the validator lets all of them pass.
 */
final class Misnomers {
  private static final String OURS = Canonical.BASE + "/";

  private static final String UNKNOWN = "unknown";

  private final IWorkerContext definitions;

  Misnomers(IWorkerContext definitions) {
    this.definitions = definitions;
  }

  /** Whether a URL says that it is of our package. */
  static boolean claimsToBeOurs(String url) {
    return url.startsWith(OURS);
  }

  /**
   * The version in which a code table of ours is known here, when another is named; null when
   * nothing is wrong. Of a table that is published here in part other versions may well exist.
   */
  static @Nullable String otherVersion(
      IWorkerContext definitions, @Nullable String system, @Nullable String version) {
    if (version == null || system == null || !claimsToBeOurs(system)) {
      return null;
    }
    CodeSystem table = definitions.fetchCodeSystem(system);
    return table == null
            || table.getContent() != CodeSystemContentMode.COMPLETE
            || version.equals(table.getVersion())
        ? null
        : String.valueOf(table.getVersion());
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
            String known = otherVersion(definitions, coding.getSystem(), coding.getVersion());
            if (known != null) {
              faults.add(Fault.error(Fault.Kind.VERSION, known, place + ".version", UNKNOWN, sent));
            }
          }
          return true;
        });
    return faults;
  }

  private boolean isExtension(String url) {
    StructureDefinition definition = definitions.fetchResource(StructureDefinition.class, url);
    return definition != null && "Extension".equals(definition.getType());
  }
}
