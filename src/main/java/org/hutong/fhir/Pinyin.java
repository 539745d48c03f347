package org.hutong.fhir;

import com.ibm.icu.text.Transliterator;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.sourceforge.pinyin4j.PinyinHelper;

/**
 * How names are read (decision 0020): syllables of Pinyin in lower-case ASCII, without tones, with
 * {@code v} for ü. Words in Latin letters stand as they are, a word a syllable.
 *
 * <p>A character is looked up once and remembered, so that a name takes a microsecond or two.
 */
public final class Pinyin {
  /** Readings of one name; of longer names than this nobody would type all. */
  static final int MOST = 16;

  /** Code points of a name that are read. */
  private static final int LONGEST = 80;

  /** Without and with tones, and as dictionaries write it. */
  private static final Pattern UMLAUT = Pattern.compile("[üǖǘǚǜ]|u:");

  /** Sounds such as hng are none. */
  private static final Pattern SYLLABLE = Pattern.compile("[b-z]*[aeiouv][a-z]*");

  private static final Map<Integer, List<String>> READINGS = new ConcurrentHashMap<>();

  /** Those that the sources lack, or that are in use of those that they give. */
  private static final Map<Integer, List<String>> OURS =
      Surnames.rows("readings.csv").stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  row -> row[0].codePointAt(0), row -> List.of(row[1].split(" "))));

  /**
   * Loaded with the first character that is not in the basic plane's first block: takes a second.
   */
  private static final class Rare {
    static final Transliterator LATIN = Transliterator.getInstance("Han-Latin");

    private Rare() {}
  }

  private Pinyin() {}

  /**
   * All readings of a name that are in use, at most 16, the likeliest first. A surname that is read
   * otherwise than its characters elsewhere (单 shan, 万俟 mo qi) is read both ways. A character
   * without any known reading is left out; a name without any has no reading.
   *
   * @param name as it is written, with or without a separator between its parts
   */
  public static List<List<String>> readings(String name) {
    String surname = PersonName.surname(name);
    return readings(surname, PersonName.behind(name, surname));
  }

  /**
   * The same where it is known which part is the surname.
   *
   * @param surname may be empty
   * @param rest what is read as everywhere
   */
  public static List<List<String>> readings(String surname, String rest) {
    Set<List<String>> surnames = new LinkedHashSet<>();
    Surnames.Surname known = Surnames.of(surname);
    if (known != null) {
      surnames.add(known.reading());
    }
    surnames.addAll(combined(syllables(surname)));
    List<List<String>> readings = new ArrayList<>();
    for (List<String> tail : combined(syllables(rest))) {
      for (List<String> head : surnames) {
        if (readings.size() < MOST && head.size() + tail.size() > 0) {
          List<String> reading = new ArrayList<>(head);
          reading.addAll(tail);
          readings.add(List.copyOf(reading));
        }
      }
    }
    return readings;
  }

  /**
   * What somebody may type for readings: the syllables in one word, and for ü ({@code v}) also
   * {@code u} and {@code yu}, as keyboards and passports have it.
   */
  public static Set<String> words(Collection<List<String>> readings) {
    Set<String> words = new LinkedHashSet<>();
    for (List<String> reading : readings) {
      String word = String.join("", reading);
      words.add(word);
      if (word.indexOf('v') >= 0 && reading.stream().anyMatch(Pinyin::hasUmlaut)) {
        for (String spelling : List.of("u", "yu")) {
          words.add(
              reading.stream()
                  .map(s -> hasUmlaut(s) ? s.replace("v", spelling) : s)
                  .collect(Collectors.joining()));
        }
      }
    }
    return words;
  }

  /** The first letters of the syllables of each reading. */
  public static Set<String> initials(Collection<List<String>> readings) {
    Set<String> initials = new LinkedHashSet<>();
    for (List<String> reading : readings) {
      initials.add(reading.stream().map(s -> s.substring(0, 1)).collect(Collectors.joining()));
    }
    return initials;
  }

  /** The syllables of what somebody has written as Pinyin, blanks between: {@code lǚ bù}. */
  public static List<String> written(String pinyin) {
    List<String> syllables = new ArrayList<>();
    for (String syllable : pinyin.split("[\\s\\p{Z}'’-]+")) {
      String letters = letters(syllable);
      if (!letters.isEmpty()) {
        syllables.add(letters);
      }
    }
    return syllables;
  }

  /**
   * What somebody types to find a name by its sound, as {@link #words} has it: letters without
   * tones, blanks and apostrophes, {@code v} for ü. Characters among them are read, in each way
   * that they can be; so there may be several words, and none where there is nothing to read.
   */
  public static Set<String> typed(String text) {
    return text.codePoints().anyMatch(Character::isIdeographic)
        ? readings(text).stream()
            .map(r -> String.join("", r))
            .collect(Collectors.toCollection(LinkedHashSet::new))
        : nonEmpty(letters(text));
  }

  /** The same for {@link #initials}. */
  public static Set<String> typedInitials(String text) {
    return text.codePoints().anyMatch(Character::isIdeographic)
        ? initials(readings(text))
        : nonEmpty(letters(text));
  }

  private static Set<String> nonEmpty(String text) {
    return text.isEmpty() ? Set.of() : Set.of(text);
  }

  /** Only lü and nü have it, and lüe and nüe; a foreign word may have a v of its own. */
  private static boolean hasUmlaut(String syllable) {
    return switch (syllable) {
      case "lv", "nv", "lve", "nve" -> true;
      default -> false;
    };
  }

  /** The syllables that may stand at each place. */
  private static List<List<String>> syllables(String text) {
    List<List<String>> syllables = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int[] characters = text.codePoints().limit(LONGEST).toArray();
    for (int character : characters) {
      if (Character.isIdeographic(character)) {
        end(word, syllables);
        List<String> readings = READINGS.get(character);
        if (readings == null) {
          readings = READINGS.computeIfAbsent(character, Pinyin::look);
        }
        if (!readings.isEmpty()) {
          syllables.add(readings);
        }
      } else if (Character.isLetter(character)) {
        word.appendCodePoint(character);
      } else {
        end(word, syllables);
      }
    }
    end(word, syllables);
    return syllables;
  }

  private static void end(StringBuilder word, List<List<String>> syllables) {
    if (!word.isEmpty()) {
      String letters = letters(word.toString());
      if (!letters.isEmpty()) {
        syllables.add(List.of(letters));
      }
      word.setLength(0);
    }
  }

  /** Every combination, but of those that would be too many only the likeliest at later places. */
  private static List<List<String>> combined(List<List<String>> places) {
    List<List<String>> combined = List.of(List.of());
    for (List<String> place : places) {
      int ways = combined.size() * place.size() > MOST ? 1 : place.size();
      List<List<String>> next = new ArrayList<>(combined.size() * ways);
      for (List<String> before : combined) {
        for (String syllable : place.subList(0, ways)) {
          List<String> longer = new ArrayList<>(before.size() + 1);
          longer.addAll(before);
          longer.add(syllable);
          next.add(longer);
        }
      }
      combined = next;
    }
    return combined;
  }

  /** Lower-case ASCII letters alone, {@code v} for every ü. */
  private static String letters(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    String plain = UMLAUT.matcher(composed).replaceAll("v");
    StringBuilder letters = new StringBuilder(plain.length());
    for (char c : Normalizer.normalize(plain, Normalizer.Form.NFD).toCharArray()) {
      if (c >= 'a' && c <= 'z') {
        letters.append(c);
      }
    }
    return letters.toString();
  }

  private static List<String> look(int character) {
    List<String> ours = OURS.get(character);
    if (ours != null) {
      return ours;
    }
    Set<String> readings = new LinkedHashSet<>();
    String[] known =
        Character.isBmpCodePoint(character)
            ? PinyinHelper.toHanyuPinyinStringArray((char) character)
            : null;
    if (known != null) {
      for (String reading : known) {
        readings.add(letters(reading));
      }
    }
    readings.removeIf(reading -> !SYLLABLE.matcher(reading).matches());
    if (readings.isEmpty()) {
      String written = Character.toString(character);
      String read = Rare.LATIN.transliterate(written);
      String letters = read.equals(written) ? "" : letters(read);
      if (!letters.isEmpty()) {
        readings.add(letters);
      }
    }
    return List.copyOf(readings);
  }
}
