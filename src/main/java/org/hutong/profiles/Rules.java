package org.hutong.profiles;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;

/**
 * What a definition says of the inside of an element: its children and its invariants. Made from
 * the snapshot on first use, and then unchanging.
 */
final class Rules {
  private final Supplier<Content> compile;
  private volatile @Nullable Content content;

  /** The compiled form. */
  record Content(List<Slot> slots, List<Invariant> invariants) {}

  /**
   * A child by its name.
   *
   * @param name without {@code [x]}
   * @param general what is said of each occurrence
   * @param closed whether an occurrence must match a slice
   */
  record Slot(
      String name, int hash, int min, int max, Item general, List<Slice> slices, boolean closed) {}

  /** Some of the occurrences of a child. */
  record Slice(String name, int min, int max, List<Test> tests, Item item) {}

  /**
   * By which an occurrence is known to belong to a slice.
   *
   * @param path names from the occurrence on; empty for itself
   * @param likeness null when only the type counts, or being there
   * @param type null when any
   * @param there null unless this is about being there
   */
  record Test(
      List<String> path,
      @Nullable Likeness likeness,
      @Nullable String type,
      @Nullable Boolean there) {}

  /**
   * What a definition says of one occurrence of an element.
   *
   * @param types by type code, what the type says; null values where it says nothing
   * @param inside what the definition adds for the children
   * @param targets canonical URLs of what a Reference may name; empty for anything
   * @param obstacle why this element cannot be decided here; null when it can
   */
  record Item(
      Map<String, Rules> types,
      boolean backbone,
      @Nullable Rules inside,
      List<Likeness> likenesses,
      Codes.@Nullable Binding binding,
      int maxLength,
      Set<String> targets,
      List<Invariant> invariants,
      @Nullable String obstacle) {}

  /** A rule in FHIRPath. */
  record Invariant(String key, PathExpression expression) {}

  Rules(Supplier<Content> compile) {
    this.compile = compile;
  }

  /** The occurrences of a child that hold anything. */
  static List<Base> values(Base parent, int hash, String name) {
    Base[] found = parent.getProperty(hash, name, false);
    if (found == null || found.length == 0) {
      return List.of();
    }
    if (found.length == 1) {
      return found[0] == null || found[0].isEmpty() ? List.of() : List.of(found[0]);
    }
    List<Base> values = new ArrayList<>(found.length);
    for (Base value : found) {
      if (!value.isEmpty()) {
        values.add(value);
      }
    }
    return values;
  }

  private Content content() {
    Content compiled = content;
    if (compiled == null) {
      compiled = compile.get();
      content = compiled;
    }
    return compiled;
  }

  /** Compiles this and all that it leads to, but what is met in few resources. */
  void warm(Set<Rules> met) {
    if (!met.add(this)) {
      return;
    }
    for (Slot slot : content().slots) {
      List<Item> items = new ArrayList<>(List.of(slot.general));
      slot.slices.forEach(slice -> items.add(slice.item));
      for (Item item : items) {
        if (item.types.size() == 1) {
          item.types.values().forEach(rules -> rules.warm(met));
        }
        if (item.inside != null) {
          item.inside.warm(met);
        }
      }
    }
  }

  void check(Base element, Walk walk, RuleBook book) {
    Content rules = content();
    for (Slot slot : rules.slots) {
      List<Base> values = values(element, slot.hash, slot.name);
      if (values.size() < slot.min || values.size() > slot.max) {
        throw new Undecided("cardinality of " + slot.name);
      }
      if (!values.isEmpty()) {
        walk.enter(slot.name);
        check(slot, values, element, walk, book);
        walk.leave();
      } else {
        for (Slice slice : slot.slices) {
          if (slice.min > 0) {
            throw new Undecided("cardinality of slice " + slice.name);
          }
        }
      }
    }
    check(rules.invariants, element, walk);
  }

  private static void check(Slot slot, List<Base> values, Base parent, Walk walk, RuleBook book) {
    int[] counts = slot.slices.isEmpty() ? new int[0] : new int[slot.slices.size()];
    for (Base value : values) {
      if (slot.name.equals("id")) {
        checkId(value, parent, walk);
        continue;
      }
      Slice match = null;
      for (int i = 0; i < counts.length; i++) {
        Slice slice = slot.slices.get(i);
        if (slice.tests.stream().allMatch(test -> matches(test, value))) {
          if (match != null) {
            throw new Undecided("two slices");
          }
          match = slice;
          counts[i]++;
        }
      }
      if (match == null && slot.closed) {
        throw new Undecided("no slice of " + slot.name);
      }
      check(slot.general, value, parent, match != null, walk, book);
      if (match != null) {
        check(match.item, value, parent, true, walk, book);
      }
    }
    for (int i = 0; i < counts.length; i++) {
      Slice slice = slot.slices.get(i);
      if (counts[i] < slice.min || counts[i] > slice.max) {
        throw new Undecided("cardinality of slice " + slice.name);
      }
    }
  }

  private static boolean matches(Test test, Base value) {
    List<Base> found = List.of(value);
    for (String name : test.path) {
      if (found.size() > 1) {
        throw new Undecided("several discriminators");
      }
      found = found.isEmpty() ? found : values(found.get(0), name.hashCode(), name);
    }
    if (test.there != null) {
      return test.there == !found.isEmpty();
    }
    if (found.size() > 1) {
      throw new Undecided("several discriminators");
    }
    return !found.isEmpty()
        && (test.likeness == null || test.likeness.matches(found.get(0)))
        && (test.type == null || test.type.equals(found.get(0).fhirType()));
  }

  private static void checkId(Base value, Base parent, Walk walk) {
    String id = value instanceof IdType own ? own.getIdPart() : value.primitiveValue();
    if (id == null || !Formats.isId(id) || ((Element) value).hasExtension()) {
      throw new Undecided("id");
    }
    walk.id(parent, id);
  }

  private static void check(
      Item item, Base value, Base parent, boolean sliced, Walk walk, RuleBook book) {
    if (item.obstacle != null) {
      throw new Undecided(item.obstacle);
    }
    String type = value.fhirType();
    Rules ofType = item.types.get(type);
    if (ofType == null && !item.backbone) {
      throw new Undecided("type " + type);
    }
    if (value.isPrimitive()) {
      checkPrimitive(item, type, value, walk, book, ofType);
    } else {
      for (Likeness likeness : item.likenesses) {
        if (!likeness.matches(value)) {
          throw new Undecided("pattern");
        }
      }
      checkSpecially(item, value, parent, sliced, walk, book);
      check(item.invariants, value, walk);
      if (ofType != null && !(value instanceof Extension) && !(value instanceof Narrative)) {
        ofType.check(value, walk, book);
      }
    }
    if (item.inside != null && !(value.isPrimitive() && isBare(value))) {
      item.inside.check(value, walk, book);
    }
  }

  private static boolean isBare(Base primitive) {
    return primitive instanceof Element element && !element.hasExtension() && !element.hasId();
  }

  private static void checkPrimitive(
      Item item, String type, Base value, Walk walk, RuleBook book, @Nullable Rules ofType) {
    String text = value.primitiveValue();
    if (text == null) {
      throw new Undecided("no value");
    }
    Formats.check(type, text);
    if (text.length() > item.maxLength) {
      throw new Undecided("length");
    }
    for (Likeness likeness : item.likenesses) {
      if (!likeness.matches(value)) {
        throw new Undecided("fixed value");
      }
    }
    if (item.binding != null && isBindable(type) && !book.codes().pass(item.binding, text)) {
      throw new Undecided("code");
    }
    check(item.invariants, value, walk);
    if (ofType != null && !isBare(value)) {
      ofType.check(value, walk, book);
    }
  }

  private static boolean isBindable(String type) {
    return switch (type) {
      case "code", "string", "uri", "url", "canonical" -> true;
      default -> false;
    };
  }

  private static void check(List<Invariant> invariants, Base value, Walk walk) {
    for (Invariant invariant : invariants) {
      if (!invariant.expression.holds(value, walk)) {
        throw new Undecided(invariant.key);
      }
    }
  }

  private static void checkSpecially(
      Item item, Base value, Base parent, boolean sliced, Walk walk, RuleBook book) {
    if (value instanceof Extension extension) {
      checkExtension(extension, parent, sliced, walk, book);
    } else if (value instanceof Coding coding) {
      walk.met(coding);
      // Within a CodeableConcept it was checked with its concept.
      if ((item.binding != null || !(parent instanceof CodeableConcept))
          && !book.codes()
              .pass(
                  item.binding, false, coding.getSystem(), coding.getCode(), coding.getDisplay())) {
        throw new Undecided("coding");
      }
    } else if (value instanceof CodeableConcept concept) {
      checkConcept(item.binding, concept, book.codes());
    } else if (value instanceof Quantity quantity) {
      if (quantity.hasCode()
          && quantity.hasSystem()
          && !book.codes()
              .pass(item.binding, false, quantity.getSystem(), quantity.getCode(), null)) {
        throw new Undecided("unit");
      }
    } else if (value instanceof Identifier identifier) {
      checkIdentifier(identifier);
    } else if (value instanceof Reference reference) {
      checkReference(item.targets, reference, walk);
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
    String type = RuleBook.typeOf(to);
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

  /** The steps of a path without functions. */
  static List<String> path(String dotted) {
    return Arrays.asList(dotted.split("\\."));
  }
}
