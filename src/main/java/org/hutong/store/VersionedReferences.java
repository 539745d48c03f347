package org.hutong.store;

import ca.uhn.fhir.util.FhirTerser;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Reference;

/**
 * Where a reference may name a version, and keeps it: a Provenance tells of what was written once,
 * not of what stands there now (FHIR R4 §6.3.4). Everywhere else a reference means the present
 * version.
 */
public final class VersionedReferences {
  /** Element paths. */
  public static final Set<String> PATHS = Set.of("Provenance.target", "Provenance.entity.what");

  private VersionedReferences() {}

  /** Those of a resource, by identity. */
  static Set<Reference> in(IBaseResource resource, FhirTerser terser) {
    Set<Reference> found = Collections.newSetFromMap(new IdentityHashMap<>());
    for (String path : PATHS) {
      if (path.startsWith(resource.fhirType() + ".")) {
        found.addAll(terser.getValues(resource, path, Reference.class));
      }
    }
    return found;
  }
}
