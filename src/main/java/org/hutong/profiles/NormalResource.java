package org.hutong.profiles;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition.IAccessor;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.util.ResourceUtil;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.UriType;
import org.hutong.fhir.Children;
import org.hutong.fhir.PersonName;
import org.jspecify.annotations.Nullable;

/**
 * Brings a resource into the form in which it is kept: its identifiers, codes, names of persons and
 * conditional references, wherever they stand. Narrative and free text stay as they are.
 */
final class NormalResource {
  /** Raise it when the same value comes to be kept in another form: all is then indexed again. */
  static final int VERSION = 4;

  private final NamedSystems systems;
  private final NormalSearch search;
  private final Children children;

  NormalResource(FhirContext context, NamedSystems systems, NormalSearch search) {
    this.children = new Children(context);
    this.systems = systems;
    this.search = search;
  }

  /**
   * Changes the resource itself; says whether anything had to be changed.
   *
   * @param base of this server, as the client calls it
   */
  boolean normalise(Resource resource, String base) {
    boolean changed = visit(resource, base);
    if (changed) {
      // The text as it came would be validated in place of the resource.
      ResourceUtil.addRawDataToResource(resource, EncodingEnum.JSON, null);
    }
    return changed;
  }

  private boolean visit(IBase element, String base) {
    if (element instanceof PrimitiveType<?> primitive) {
      boolean changed = false;
      if (primitive.hasExtension()) {
        for (Extension extension : primitive.getExtension()) {
          changed |= visit(extension, base);
        }
      }
      return changed;
    }
    if (element instanceof Narrative) {
      return false;
    }
    boolean changed = own(element, base);
    for (IAccessor child : children.of(element)) {
      List<IBase> values = child.getValues(element);
      boolean within = false;
      for (int i = 0; i < values.size(); i++) {
        within |= visit(values.get(i), base);
      }
      if (values.size() > 1 && values.get(0) instanceof Identifier) {
        within |= dropRepeated(values);
      }
      changed |= within;
    }
    return changed;
  }

  private boolean own(IBase element, String base) {
    if (element instanceof Identifier identifier) {
      return identifier.hasSystem()
          && published(
              identifier.getSystemElement(),
              identifier.hasValue() ? identifier.getValueElement() : null);
    }
    if (element instanceof Coding coding) {
      return coding.hasSystem()
          && published(
              coding.getSystemElement(), coding.hasCode() ? coding.getCodeElement() : null);
    }
    if (element instanceof HumanName name) {
      boolean changed = name(name.getTextElement()) | name(name.getFamilyElement());
      for (StringType given : name.getGiven()) {
        changed |= name(given);
      }
      return changed;
    }
    return element instanceof Reference reference && reference(reference, base);
  }

  /** A system and the identifier or code that it gives; both may be nothing but an extension. */
  private boolean published(UriType system, @Nullable StringType value) {
    String named = system.getValue();
    if (named == null) {
      return false;
    }
    String primary = systems.primary(named);
    boolean changed = change(system, primary);
    String given = value == null ? null : value.getValue();
    if (value != null && given != null) {
      changed |= change(value, systems.value(primary, given));
    }
    return changed;
  }

  private static boolean change(PrimitiveType<String> element, String after) {
    if (after.equals(element.getValue())) {
      return false;
    }
    element.setValue(after);
    return true;
  }

  private static boolean name(StringType name) {
    String before = name.getValue();
    return before != null && change(name, PersonName.normal(before));
  }

  private boolean reference(Reference reference, String base) {
    String before = reference.getReference();
    if (before == null) {
      return false;
    }
    String relative = NormalSearch.relative(before, base);
    String after = relative.indexOf('?') < 0 ? relative : search.condition("", relative, base);
    if (after.equals(before)) {
      return false;
    }
    reference.setReference(after);
    return true;
  }

  /** Two spellings of one identifier are one. */
  private boolean dropRepeated(List<IBase> identifiers) {
    boolean dropped = false;
    for (int i = identifiers.size() - 1; i > 0; i--) {
      Identifier identifier = (Identifier) identifiers.get(i);
      if (identifier.getSystem() != null
          && systems.publishes(identifier.getSystem())
          && identifiers.subList(0, i).stream()
              .anyMatch(other -> identifier.equalsDeep((Base) other))) {
        identifiers.remove(i);
        dropped = true;
      }
    }
    return dropped;
  }
}
