package org.hutong.fhir;

import com.ibm.icu.text.Collator;
import com.ibm.icu.util.ULocale;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Names in the order of Pinyin, character by character: by syllable, tone, strokes. A surname
 * stands where it is read, names in Latin letters come after. Loads ICU's tables when first used.
 */
final class NameOrder {
  /** Code points that count. */
  private static final int LONGEST = 40;

  /** CLDR's order; case and accents make no difference. */
  private static final Collator COLLATOR =
      Collator.getInstance(new ULocale("zh@collation=pinyin;colstrength=primary")).freeze();

  private NameOrder() {}

  /** Texts of digits and A to F that compare as the names do. */
  static String key(String name, String surname) {
    Surnames.Surname known = Surnames.of(surname);
    String sorted =
        known == null
            ? PersonName.searched(name)
            : known.sortedAs() + PersonName.behind(name, surname);
    int end =
        sorted.codePointCount(0, sorted.length()) > LONGEST
            ? sorted.offsetByCodePoints(0, LONGEST)
            : sorted.length();
    byte[] key = COLLATOR.getCollationKey(sorted.substring(0, end)).toByteArray();
    return HexFormat.of().formatHex(key).toUpperCase(Locale.ROOT);
  }
}
