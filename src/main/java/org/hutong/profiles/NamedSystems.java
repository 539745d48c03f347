package org.hutong.profiles;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.NamingSystem;
import org.hl7.fhir.r4.model.NamingSystem.NamingSystemIdentifierType;
import org.hl7.fhir.r4.model.NamingSystem.NamingSystemUniqueIdComponent;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.EhealthCard;
import org.hutong.fhir.HalfWidth;
import org.hutong.fhir.IdentityNumber;

/**
 * The identifier and code systems that the FHIR package publishes, by every URI under which they
 * are met, and the one form in which their values are kept. Systems that it does not publish are
 * nobody's business but their owner's: nothing of theirs is touched.
 */
final class NamedSystems {
  private static final String OID = "urn:oid:";

  private final Map<String, String> primaries = new HashMap<>();
  private final Set<String> published = new HashSet<>();

  /** Systems that end in the code of an institution, up to there. */
  private final List<String> perInstitution = new ArrayList<>();

  /**
   * Reads them.
   *
   * @throws IllegalStateException when a NamingSystem does not say which of its URIs is the
   *     preferred one, or claims a URI of another
   */
  NamedSystems(Collection<NamingSystem> named, Collection<CodeSystem> coded) {
    for (CodeSystem system : coded) {
      published.add(system.getUrl());
      spelling(system.getUrl(), system.getUrl());
    }
    for (NamingSystem system : named) {
      String primary = preferred(system);
      int code = primary.indexOf('{');
      if (code >= 0) {
        perInstitution.add(primary.substring(0, code));
        continue;
      }
      published.add(primary);
      for (NamingSystemUniqueIdComponent id : system.getUniqueId()) {
        boolean oid = id.getType() == NamingSystemIdentifierType.OID;
        spelling(oid ? OID + id.getValue() : id.getValue(), primary);
      }
    }
  }

  private static String preferred(NamingSystem system) {
    List<String> preferred =
        system.getUniqueId().stream()
            .filter(id -> id.getPreferred() && id.getType() == NamingSystemIdentifierType.URI)
            .map(NamingSystemUniqueIdComponent::getValue)
            .toList();
    if (preferred.size() != 1) {
      throw new IllegalStateException(
          "NamingSystem " + system.getName() + " needs one preferred uniqueId of type uri");
    }
    return preferred.get(0);
  }

  /** An OID is met with and without {@code urn:oid:}. */
  private void spelling(String uri, String primary) {
    for (String known :
        uri.startsWith(OID) ? List.of(uri, uri.substring(OID.length())) : List.of(uri)) {
      String other = primaries.putIfAbsent(known, primary);
      if (other != null && !other.equals(primary)) {
        throw new IllegalStateException(known + " names both " + other + " and " + primary);
      }
    }
  }

  /** Every URI that is known, with the preferred one of its system. */
  Map<String, String> spellings() {
    return Map.copyOf(primaries);
  }

  /** The preferred URI of a system; the URI as it came when it is not known. */
  String primary(String uri) {
    return primaries.getOrDefault(uri, uri);
  }

  /**
   * The form in which a value is kept: an identifier or a code, whichever the system gives.
   *
   * @param system the preferred URI
   */
  String value(String system, String value) {
    if (system.equals(Canonical.ID_CARD)) {
      return IdentityNumber.normal(HalfWidth.of(value));
    }
    if (system.equals(Canonical.EHEALTH_CARD)) {
      return EhealthCard.id(HalfWidth.of(value));
    }
    return publishes(system) ? HalfWidth.of(value) : value;
  }

  /** Whether a preferred URI is that of a system of the package. */
  boolean publishes(String system) {
    return published.contains(system) || perInstitution.stream().anyMatch(system::startsWith);
  }
}
