package org.hutong.profiles;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ResourceType;
import org.jspecify.annotations.Nullable;

/** What the full validator demands of some data types beyond their definitions. */
final class SpecialTypes {
  private static final Set<String> TYPES =
      Arrays.stream(ResourceType.values()).map(Enum::name).collect(Collectors.toSet());

  private SpecialTypes() {}

  static void check(
      Rules.Item item, Base value, Base parent, boolean sliced, Walk walk, RuleBook book) {
    if (value instanceof Extension extension) {
      checkExtension(extension, parent, sliced, walk, book);
    } else if (value instanceof Coding coding) {
      walk.met(coding);
      if (!book.tables().slips(coding).isEmpty()) {
        throw new Undecided("coding of ours");
      }
      // Within a CodeableConcept it was checked with its concept.
      if ((item.binding() != null || !(parent instanceof CodeableConcept))
          && !book.codes()
              .pass(
                  item.binding(),
                  false,
                  coding.getSystem(),
                  coding.getCode(),
                  coding.getDisplay())) {
        throw new Undecided("coding");
      }
    } else if (value instanceof CodeableConcept concept) {
      checkConcept(item.binding(), concept, book.codes());
    } else if (value instanceof Quantity quantity) {
      if (quantity.hasCode()
          && quantity.hasSystem()
          && !book.codes()
              .pass(item.binding(), false, quantity.getSystem(), quantity.getCode(), null)) {
        throw new Undecided("unit");
      }
    } else if (value instanceof Identifier identifier) {
      checkIdentifier(identifier);
    } else if (value instanceof Reference reference) {
      checkReference(item.targets(), reference, walk);
    } else if (value instanceof Attachment attachment) {
      if (attachment.hasHash()
          || attachment.hasSize()
          || !attachment.hasData() && !attachment.hasUrl() && !attachment.hasContentType()) {
        throw new Undecided("attachment");
      }
    } else if (value instanceof Narrative narrative) {
      Narratives.check(narrative, walk.resource());
    }
  }

  private static void checkConcept(
      Codes.@Nullable Binding binding, CodeableConcept concept, Codes codes) {
    if (!concept.hasCoding()) {
      if (binding != null
          && (binding.required()
              || binding.set() == null
              || binding.hasMaximum()
              || binding.ours() && binding.extensible())) {
        throw new Undecided("concept without code");
      }
      return;
    }
    for (Coding coding : concept.getCoding()) {
      if (!coding.hasCode()
          || !codes.pass(
              binding, true, coding.getSystem(), coding.getCode(), coding.getDisplay())) {
        throw new Undecided("concept");
      }
    }
  }

  private static void checkIdentifier(Identifier identifier) {
    String system = identifier.getSystem();
    if (system != null
        && (!Formats.isAbsolute(system)
            || system.equals("urn:ietf:rfc:3986")
            || system.contains("rfc4122"))) {
      throw new Undecided("identifier");
    }
  }

  private static void checkReference(Set<String> targets, Reference reference, Walk walk) {
    String to = reference.getReference();
    if (to == null || to.isEmpty()) {
      boolean identified =
          reference.hasIdentifier()
              && (reference.getIdentifier().hasSystem() || reference.getIdentifier().hasValue());
      if (!identified && !reference.hasDisplay() || reference.getResource() != null) {
        throw new Undecided("reference to nothing");
      }
      return;
    }
    String type = typeOf(to);
    if (type == null && !to.startsWith("urn:uuid:") && !to.startsWith("urn:oid:")) {
      throw new Undecided("reference");
    }
    String own = walk.resource().getIdElement().getIdPart();
    if (own != null && to.endsWith("/" + own)) {
      throw new Undecided("reference to itself");
    }
    if (type != null && !targets.isEmpty() && !targets.contains(RuleBook.R4 + type)) {
      throw new Undecided("target of reference");
    }
    if (reference.hasType()) {
      String named = reference.getType();
      if (type != null && !type.equals(named)
          || !targets.isEmpty() && !targets.contains(RuleBook.R4 + named)) {
        throw new Undecided("type of reference");
      }
    }
  }

  private static void checkExtension(
      Extension extension, Base parent, boolean sliced, Walk walk, RuleBook book) {
    String url = extension.getUrl();
    if (url == null || extension.hasExtension() == extension.hasValue()) {
      throw new Undecided("extension");
    }
    if (!Formats.isAbsolute(url)) {
      // A part of an extension, which that extension must name.
      if (!(parent instanceof Extension) || !sliced) {
        throw new Undecided("part of an extension");
      }
      book.extension().check(extension, walk, book);
      return;
    }
    if (url.startsWith("http://hl7.org/") || url.indexOf('|') >= 0) {
      throw new Undecided("extension of FHIR");
    }
    RuleBook.Known known = book.extension(url);
    if (known == null) {
      if (Misnomers.claimsToBeOurs(url)) {
        throw new Undecided("extension of ours");
      }
      book.extension().check(extension, walk, book);
      return;
    }
    String type = extension.hasValue() ? extension.getValue().fhirType() : null;
    if (known.modifier()
        || !known.mayStandAt(walk, parent)
        || type != null && !known.types().contains(type)
        || type == null && !known.types().isEmpty()) {
      throw new Undecided("extension out of place");
    }
    known.rules().check(extension, walk, book);
  }

  /** The type of resource that a literal reference names; null when it does not say. */
  static @Nullable String typeOf(String reference) {
    String[] parts = reference.split("/");
    if (parts.length < 2 || !Formats.isId(parts[parts.length - 1])) {
      return null;
    }
    String type = parts[parts.length - 2];
    boolean plain = parts.length == 2 || Formats.isAbsolute(reference);
    return plain && TYPES.contains(type) && reference.indexOf('?') < 0 && isVisible(reference)
        ? type
        : null;
  }

  private static boolean isVisible(String reference) {
    return reference.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
