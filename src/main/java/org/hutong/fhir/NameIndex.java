package org.hutong.fhir;

import com.ibm.icu.util.VersionInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.HumanName.NameUse;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

/** What persons are found and sorted by: the names that they have, as others type them. */
public final class NameIndex {
  /** Code of the hidden parameter by which {@code _sort=name} sorts: one value a person. */
  public static final String ORDER = "hutong-name-order";

  public static final String NAME = "name";
  public static final String FAMILY = "family";
  public static final String GIVEN = "given";
  public static final String PHONETIC = "phonetic";
  public static final String INITIALS = "pinyin-initials";

  /** Raise it when the same name comes to have other values: persons are then indexed again. */
  private static final int VERSION = 1;

  private static final Map<String, Function<IBaseResource, List<HumanName>>> PERSONS =
      Map.of(
          "Patient", resource -> ((Patient) resource).getName(),
          "Practitioner", resource -> ((Practitioner) resource).getName(),
          "RelatedPerson", resource -> ((RelatedPerson) resource).getName());

  private static final Set<String> CODES = Set.of(NAME, FAMILY, GIVEN, PHONETIC, INITIALS, ORDER);

  private NameIndex() {}

  /**
   * A value of the index.
   *
   * @param exact what {@code :exact} compares with
   * @param searched what a search by the beginning compares with
   */
  public record Value(String exact, String searched) {}

  /** One way in which a name is written, with its surname in the form that is compared. */
  private record Spelling(String written, String surname) {
    List<String> tails() {
      return PersonName.tails(written, surname);
    }
  }

  /** Whether a parameter's values come from here. */
  public static boolean has(String type, String code) {
    return PERSONS.containsKey(type) && CODES.contains(code);
  }

  /** Definition of our part of the rule by which such a parameter is indexed. */
  public static String rule() {
    return VERSION + " " + VersionInfo.ICU_VERSION;
  }

  /** The values of a parameter for a person. */
  public static Collection<Value> values(IBaseResource person, String code) {
    Function<IBaseResource, List<HumanName>> named = PERSONS.get(person.fhirType());
    if (named == null) {
      return List.of();
    }
    List<HumanName> names = named.apply(person);
    Set<Value> values = new LinkedHashSet<>();
    switch (code) {
      case NAME -> names.forEach(name -> written(name, values));
      case FAMILY -> names.forEach(name -> family(name, values));
      case GIVEN -> names.forEach(name -> given(name, values));
      case PHONETIC -> names.forEach(name -> plain(sounds(name), values));
      case INITIALS -> names.forEach(name -> plain(Pinyin.initials(readings(name)), values));
      case ORDER -> {
        String key = order(names);
        plain(key == null ? List.of() : List.of(key), values);
      }
      default -> throw new IllegalArgumentException(code);
    }
    return values;
  }

  private static void plain(Collection<String> words, Set<Value> values) {
    words.forEach(word -> values.add(new Value(word, word)));
  }

  /** Each element as R4 has it; and what is not among their beginnings, with its spelling. */
  private static void written(HumanName name, Set<Value> values) {
    Map<String, String> found = new LinkedHashMap<>();
    List<StringType> elements = new ArrayList<>();
    elements.add(name.getFamilyElement());
    elements.addAll(name.getGiven());
    elements.add(name.getTextElement());
    elements.addAll(name.getPrefix());
    elements.addAll(name.getSuffix());
    for (StringType element : elements) {
      String exact = element.getValue();
      if (exact != null && !exact.isBlank()) {
        values.add(new Value(exact, searched(exact)));
        found.put(searched(exact), exact);
      }
    }
    for (Spelling spelling : spellings(name)) {
      found.putIfAbsent(searched(spelling.written()), spelling.written());
      spelling.tails().forEach(tail -> found.putIfAbsent(tail, spelling.written()));
    }
    Set<String> known = values.stream().map(Value::searched).collect(Collectors.toSet());
    found.forEach(
        (searched, exact) -> {
          if (known.add(searched)) {
            values.add(new Value(exact, searched));
          }
        });
  }

  /** What the element says; of a name without it, the surname that its text begins with. */
  private static void family(HumanName name, Set<Value> values) {
    String family = value(name.getFamilyElement());
    if (!family.isBlank()) {
      values.add(new Value(family, searched(family)));
      return;
    }
    spellings(name).stream()
        .map(Spelling::surname)
        .filter(surname -> !surname.isEmpty())
        .forEach(surname -> values.add(new Value(surname, surname)));
  }

  /** What the elements say; without them what stands behind the surname, or each part of a name. */
  private static void given(HumanName name, Set<Value> values) {
    boolean said = false;
    for (StringType element : name.getGiven()) {
      String given = value(element);
      if (!given.isBlank()) {
        values.add(new Value(given, searched(given)));
        said = true;
      }
    }
    if (said) {
      return;
    }
    for (Spelling spelling : spellings(name)) {
      if (spelling.surname().isEmpty()) {
        String written = spelling.written();
        values.add(new Value(written, searched(written)));
      }
      spelling.tails().forEach(tail -> values.add(new Value(tail, tail)));
    }
  }

  /** Its text, and its family and given names where they make another one. */
  private static Collection<Spelling> spellings(HumanName name) {
    String family = value(name.getFamilyElement());
    String given =
        name.getGiven().stream().map(NameIndex::value).collect(Collectors.joining(" ")).strip();
    Map<String, Spelling> spellings = new LinkedHashMap<>();
    for (String written : List.of(value(name.getTextElement()), (family + " " + given).strip())) {
      if (!written.isBlank()) {
        spellings.putIfAbsent(
            searched(written), new Spelling(written, surname(written, searched(family))));
      }
    }
    return spellings.values();
  }

  private static String surname(String written, String family) {
    boolean chinese = !family.isEmpty() && family.codePoints().allMatch(Character::isIdeographic);
    return chinese && searched(written).startsWith(family) ? family : PersonName.surname(written);
  }

  private static List<List<String>> readings(HumanName name) {
    Set<List<String>> readings = new LinkedHashSet<>(given(name));
    for (Spelling spelling : spellings(name)) {
      readings.addAll(
          Pinyin.readings(
              spelling.surname(), PersonName.behind(spelling.written(), spelling.surname())));
    }
    return List.copyOf(readings);
  }

  private static Set<String> sounds(HumanName name) {
    Set<String> sounds = Pinyin.words(readings(name));
    List<List<String>> given = given(name);
    for (Spelling spelling : spellings(name)) {
      int characters = length(searched(spelling.written()));
      for (String tail : spelling.tails()) {
        sounds.addAll(Pinyin.words(Pinyin.readings("", tail)));
        for (List<String> reading : given) {
          if (reading.size() == characters) {
            sounds.addAll(
                Pinyin.words(List.of(reading.subList(characters - length(tail), characters))));
          }
        }
      }
    }
    return sounds;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The readings that the resource gives. */
  private static List<List<String>> given(HumanName name) {
    List<List<String>> readings = new ArrayList<>();
    for (Extension extension : name.getExtensionsByUrl(Canonical.PINYIN)) {
      if (readings.size() < Pinyin.MOST
          && extension.getValue() instanceof PrimitiveType<?> value
          && value.hasValue()) {
        List<String> reading = Pinyin.written(value.getValueAsString());
        if (!reading.isEmpty()) {
          readings.add(reading);
        }
      }
    }
    return readings;
  }

  /** By the official name, or else the first. */
  private static @Nullable String order(List<HumanName> names) {
    String first = null;
    for (HumanName name : names) {
      for (Spelling spelling : spellings(name)) {
        String key = NameOrder.key(spelling.written(), spelling.surname());
        if (name.getUse() == NameUse.OFFICIAL) {
          return key;
        }
        first = first == null ? key : first;
      }
    }
    return first;
  }

  private static String searched(String written) {
    String searched = PersonName.searched(written);
    return searched.isEmpty() ? written : searched;
  }

  private static String value(StringType element) {
    return element.getValue() == null ? "" : element.getValue();
  }
}
