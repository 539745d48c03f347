package org.hutong.identity;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.IdentityNumber;
import org.jspecify.annotations.Nullable;

/**
 * A number that was given to a person, and not to a visit.
 *
 * @param number as it is kept, upper case
 */
record Document(Kind kind, String number) {

  private static final int LEAST_DIGITS = 5;
  private static final int LEAST_DIFFERENT = 3;
  private static final int MOST_LETTERS = 4;

  /** Whether it is the number of a card with an error in it: it names nobody for certain. */
  boolean isMistyped() {
    return kind == Kind.ID_CARD && !IdentityNumber.isWellFormed(number);
  }

  /**
   * Whether it can be the number of such a document. Those of an identity card bear a check
   * character. Others, from all over the world, are digits with a few letters among them; Chinese
   * characters, as officers' cards have them, count for nothing.
   */
  boolean isWellFormed() {
    if (kind == Kind.ID_CARD) {
      return IdentityNumber.isWellFormed(number);
    }
    String digits = number.replaceAll("[^0-9]", "");
    return digits.length() >= LEAST_DIGITS
        && digits.chars().distinct().count() >= LEAST_DIFFERENT
        && !Placeholder.isNumber(number)
        && !Placeholder.isRun(digits)
        && number.replaceAll("[^A-Z]", "").length() <= MOST_LETTERS;
  }

  /** Kinds of documents, by the identifier system of each. */
  enum Kind {
    ID_CARD(Canonical.ID_CARD, true),
    BIRTH_CERTIFICATE(Canonical.BASE + "/sid/birth-certificate", true),
    PASSPORT(Canonical.BASE + "/sid/passport", true),
    HK_MACAU_PERMIT(Canonical.BASE + "/sid/hk-macau-permit", true),
    TAIWAN_PERMIT(Canonical.BASE + "/sid/taiwan-permit", true),
    OFFICER_CARD(Canonical.BASE + "/sid/officer-card", true),
    EHEALTH_CARD(Canonical.EHEALTH_CARD, false),
    HEALTH_CARD("urn:oid:2.16.156.10011.1.19", false),
    ARCHIVE("urn:oid:2.16.156.10011.1.2", false),
    INSURANCE("urn:oid:2.16.156.10011.1.15", false);

    private static final Map<String, Kind> BY_SYSTEM =
        Arrays.stream(values()).collect(Collectors.toMap(kind -> kind.system, Function.identity()));

    private final String system;
    private final boolean proof;

    Kind(String system, boolean proof) {
      this.system = system;
      this.proof = proof;
    }

    String system() {
      return system;
    }

    /** Whether a document of this kind alone says who somebody is; cards are lent and reissued. */
    boolean proves() {
      return proof;
    }

    /** The kind of an identifier; null when its system gives no such numbers. */
    static @Nullable Kind of(@Nullable String system) {
      return system == null ? null : BY_SYSTEM.get(system);
    }
  }
}
