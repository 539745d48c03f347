package org.hutong.fhir;

import com.ibm.icu.text.Transliterator;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Names of persons as they are kept: without blanks at their ends and without characters that
 * cannot be seen, which come along when a name is copied from a page. Between the parts of a name
 * such as 阿依古丽·买买提 stands U+00B7 (民委发〔2016〕33号); keyboards and old systems offer half a dozen other
 * dots, some with blanks around.
 */
public final class PersonName {
  private static final char SEPARATOR = '\u00b7';

  /** These may also end something, as after an initial; with blanks around they do not part. */
  private static final String STOPS = ".\uff0e\ufe52";

  /**
   * The right one, bullet, bullet operator, katakana middle dot and its half-width form,
   * hyphenation point.
   */
  private static final String DOTS = SEPARATOR + "\u2022\u2219\u30fb\uff65\u2027";

  /**
   * Zero-width space and no-break space, word joiner and invisible operators, soft hyphen, marks of
   * the direction of writing. The zero-width joiner and non-joiner (U+200C, U+200D) stay: some
   * scripts are spelt with them.
   */
  private static final Pattern INVISIBLE =
      Pattern.compile("[\\u00ad\\u180e\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]");

  /** A name of more parts is not found by the later ones. */
  private static final int MOST_PARTS = 8;

  /** Simplified characters by those that are written otherwise in traditional texts, and others. */
  private static final Map<Integer, Integer> SIMPLIFIED = new ConcurrentHashMap<>();

  /** Loaded with the first name. */
  private static final class Traditional {
    static final Transliterator TO_SIMPLIFIED =
        Transliterator.getInstance("Traditional-Simplified");

    private Traditional() {}
  }

  private PersonName() {}

  /**
   * The same name without blanks at its ends and what cannot be seen, and with U+00B7 for every
   * other dot that stands between two Chinese characters. What is nothing but blanks stays so.
   */
  public static String normal(String written) {
    String name =
        INVISIBLE.matcher(written).find() ? INVISIBLE.matcher(written).replaceAll("") : written;
    int from = skip(name, 0);
    int to = back(name, name.length());
    if (from >= to) {
      return written;
    }
    String trimmed = name.substring(from, to);
    StringBuilder normal = new StringBuilder(trimmed.length());
    for (int i = 0; i < trimmed.length(); i++) {
      char c = trimmed.charAt(i);
      boolean stop = STOPS.indexOf(c) >= 0;
      if (stop || DOTS.indexOf(c) >= 0) {
        int before = stop ? i : back(trimmed, i);
        int after = stop ? i + 1 : skip(trimmed, i + 1);
        if (before > 0
            && after < trimmed.length()
            && Character.isIdeographic(trimmed.codePointBefore(before))
            && Character.isIdeographic(trimmed.codePointAt(after))) {
          normal.setLength(normal.length() - (i - before));
          normal.append(SEPARATOR);
          i = after - 1;
          continue;
        }
      }
      normal.append(c);
    }
    return normal.toString();
  }

  /**
   * The form in which names are compared: half-width, simplified characters, no dots and blanks
   * beside Chinese characters, single blanks elsewhere. The beginning of a name has the beginning
   * of its form.
   */
  public static String searched(String name) {
    return joined(parts(name));
  }

  /**
   * What a name is also found by, in the same form: the given name, and all from each part on.
   *
   * @param surname as {@link #surname} has it
   */
  static List<String> tails(String name, String surname) {
    List<String> parts = parts(name);
    List<String> tails = new ArrayList<>();
    for (int i = 1; i < Math.min(parts.size(), MOST_PARTS); i++) {
      tails.add(joined(parts.subList(i, parts.size())));
    }
    String given = surname.isEmpty() ? "" : behind(name, surname);
    if (!given.isEmpty() && !tails.contains(given)) {
      tails.add(given);
    }
    return tails;
  }

  /**
   * The surname of a name that is written without a separator, in the form that is compared; empty
   * when it has none.
   */
  static String surname(String name) {
    if (hasDot(name)) {
      return "";
    }
    String whole = String.join("", parts(name));
    return whole.substring(0, Surnames.length(whole));
  }

  /** All but the surname, with blanks between the parts of a name that has none. */
  static String behind(String name, String surname) {
    List<String> parts = parts(name);
    return surname.isEmpty()
        ? String.join(" ", parts)
        : String.join("", parts).substring(surname.length());
  }

  /** The parts of a name between blanks and dots, each as it is compared. */
  public static List<String> parts(String name) {
    String text = Normalizer.normalize(name, Normalizer.Form.NFKC);
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      if (separates(character, part, i < text.length() ? text.codePointAt(i) : ' ')) {
        if (!part.isEmpty()) {
          parts.add(part.toString());
          part.setLength(0);
        }
      } else if (!isVariationSelector(character)) {
        part.appendCodePoint(simplified(character));
      }
    }
    if (!part.isEmpty()) {
      parts.add(part.toString());
    }
    return parts;
  }

  private static boolean hasDot(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (DOTS.indexOf(name.charAt(i)) >= 0 || STOPS.indexOf(name.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** A stop parts Chinese names only: after an initial it belongs to it. */
  private static boolean separates(int character, StringBuilder before, int after) {
    if (character > Character.MAX_VALUE) {
      return false;
    }
    char c = (char) character;
    return blank(c)
        || DOTS.indexOf(c) >= 0
        || (STOPS.indexOf(c) >= 0
            && (Character.isIdeographic(after)
                || (!before.isEmpty()
                    && Character.isIdeographic(before.codePointBefore(before.length())))));
  }

  private static boolean isVariationSelector(int character) {
    return (character >= 0xFE00 && character <= 0xFE0F)
        || (character >= 0xE0100 && character <= 0xE01EF);
  }

  /** With a blank only where neither side is a Chinese character. */
  private static String joined(List<String> parts) {
    StringBuilder joined = new StringBuilder();
    for (String part : parts) {
      if (!joined.isEmpty()
          && !Character.isIdeographic(joined.codePointBefore(joined.length()))
          && !Character.isIdeographic(part.codePointAt(0))) {
        joined.append(' ');
      }
      joined.append(part);
    }
    return joined.toString();
  }

  private static int simplified(int character) {
    if (!Character.isIdeographic(character)) {
      return character;
    }
    Integer known = SIMPLIFIED.get(character);
    return known != null
        ? known
        : SIMPLIFIED.computeIfAbsent(
            character,
            c -> Traditional.TO_SIMPLIFIED.transliterate(Character.toString(c)).codePointAt(0));
  }

  /** The first place from one on that is no blank. */
  private static int skip(String text, int from) {
    int i = from;
    while (i < text.length() && blank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** The place after the last character before one that is no blank. */
  private static int back(String text, int to) {
    int i = to;
    while (i > 0 && blank(text.charAt(i - 1))) {
      i--;
    }
    return i;
  }

  private static boolean blank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
