package org.hutong.profiles;

import ca.uhn.fhir.context.support.IValidationSupport;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.common.hapi.validation.validator.WorkerContextValidationSupportAdapter;
import org.hl7.fhir.r5.model.Resource;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.jspecify.annotations.Nullable;

/**
 * The definitions in the form that the full validator reads, found at once. It asks for some of
 * them again and again for one resource, and HAPI's own way there leads through a lock and several
 * maps.
 *
 * <p>What is not found yet is made by one thread at a time: HAPI locks a definition while it makes
 * those that it needs, which need it in turn, and two threads that began at two ends waited for
 * each other for ever.
 *
 * <p>Nothing is forgotten, for the definitions come from the class path and do not change. What
 * nobody knows is not remembered, nor what is asked for by version, so that no request can fill
 * this.
 */
final class CanonicalDefinitions extends WorkerContextValidationSupportAdapter {
  private final Map<String, StructureDefinition> found = new ConcurrentHashMap<>();
  private final Map<String, StructureDefinition> types = new ConcurrentHashMap<>();

  CanonicalDefinitions(IValidationSupport support) {
    super(support);
  }

  @Override
  public <T extends Resource> @Nullable T fetchResource(Class<T> kind, String url) {
    Patience.check();
    if (url != null && (url.isBlank() || url.endsWith("/"))) {
      return null; // HAPI looks at the first letter of the name
    }
    if (kind != StructureDefinition.class || url == null) {
      return super.fetchResource(kind, url);
    }
    StructureDefinition known = found.get(url);
    if (known == null) {
      synchronized (this) {
        known = super.fetchResource(StructureDefinition.class, url);
        if (known != null && !hasVersion(url)) {
          found.put(url, known);
        }
      }
    }
    return kind.cast(known);
  }

  @Override
  public @Nullable StructureDefinition fetchTypeDefinition(String name) {
    Patience.check();
    if (name.isBlank()) {
      return null;
    }
    StructureDefinition known = types.get(name);
    if (known == null) {
      synchronized (this) {
        known = super.fetchTypeDefinition(name);
        if (known != null && !hasVersion(name)) {
          types.put(name, known);
        }
      }
    }
    return known;
  }

  private static boolean hasVersion(String url) {
    return url.indexOf('|') >= 0;
  }
}
