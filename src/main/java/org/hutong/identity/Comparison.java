package org.hutong.identity;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.IdentityNumber;
import org.jspecify.annotations.Nullable;

/**
 * Two registrations held side by side: whether they are one person's, and why.
 *
 * @param rule what decided
 * @param score sum of the weights of the items
 * @param items each finding
 */
record Comparison(Verdict verdict, Rule rule, int score, List<Weights> items) {

  /** What becomes of two registrations. */
  enum Verdict {
    /** One person's: linked at once. */
    SAME,
    /** Perhaps one person's: a steward decides. */
    POSSIBLE,
    /** A child that is called and numbered after its mother. */
    CHILD,
    DIFFERENT
  }

  /** Why. */
  enum Rule {
    /** A steward decided. */
    STEWARD("管理员已作决定", "A steward decided"),
    /** One document proves both, and nothing contradicts. */
    PROOF("同一有效证件，其余无矛盾", "One document proves both, and nothing contradicts"),
    /** One document, and another name. */
    PROOF_OTHER_NAME("证件相同而姓名不同", "One document, and another name"),
    /** One document, and another birth date or gender. */
    PROOF_OTHER_BIRTH("证件相同而出生日期或性别不同", "One document, and another birth date or gender"),
    /** One number, which contradicts what a registration says of birth or gender. */
    NUMBER_IN_DOUBT(
        "号码相同，但校验有误或与登记的出生日期、性别不符",
        "One number, which is wrong or contradicts the birth date or gender"),
    /** Two right identity numbers. */
    TWO_NUMBERS("两个正确而不同的身份证号", "Two correct identity numbers"),
    /** A newborn under the number of its mother. */
    MOTHERS_NUMBER("新生儿使用母亲的号码", "A newborn under the number of its mother"),
    SCORE("各项相似程度", "How much agrees in all");

    private final Bilingual text;

    Rule(String zh, String en) {
      this.text = new Bilingual(zh, en);
    }

    /** The public code, such as {@code proof-other-name}. */
    String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Bilingual text() {
      return text;
    }
  }

  /** Compares. */
  static Comparison of(Registration one, Registration other) {
    List<Weights> items = new ArrayList<>();
    ComparedName.Likeness names = names(one, other, items);
    birth(one, other, items);
    boolean gender = gender(one, other, items);
    if (!one.multipleBirthAgrees(other)) {
      items.add(Weights.BIRTH_ORDER_OTHER);
    }
    cards(one, other, items);
    contacts(one, other, items);
    int score = items.stream().mapToInt(Weights::bits).sum();

    boolean sameDay =
        items.contains(Weights.BORN_SAME_DAY)
            || one.birthDate() == null
            || other.birthDate() == null
            || items.contains(Weights.BORN_SAME_MONTH)
            || items.contains(Weights.BORN_SAME_YEAR);
    boolean compatible = names != null && names.compatible();
    for (Document document : one.documents()) {
      if (document.kind().proves()
          && !document.isMistyped()
          && other.documents().contains(document)) {
        if (isChildOf(one, other) || isChildOf(other, one)) {
          return new Comparison(Verdict.CHILD, Rule.MOTHERS_NUMBER, score, items);
        }
        if (!one.isProof(document) && !other.isProof(document)) {
          continue; // that of a parent, of whoever lent it, or typed for many
        }
        boolean bothFit = one.isProof(document) && other.isProof(document);
        if (!bothFit && !(gender && names != null && names.links() && isBornMistyped(items))) {
          return new Comparison(
              isSomebodyElse(items) ? Verdict.DIFFERENT : Verdict.POSSIBLE,
              Rule.NUMBER_IN_DOUBT,
              score,
              items);
        }
        if (!bothFit) {
          return new Comparison(Verdict.SAME, Rule.PROOF, score, items);
        }
        if (!gender || !sameDay) {
          return new Comparison(Verdict.POSSIBLE, Rule.PROOF_OTHER_BIRTH, score, items);
        }
        if (!compatible) {
          return new Comparison(Verdict.POSSIBLE, Rule.PROOF_OTHER_NAME, score, items);
        }
        return new Comparison(Verdict.SAME, Rule.PROOF, score, items);
      }
    }
    if (items.contains(Weights.NUMBER_OTHER)) {
      return new Comparison(Verdict.DIFFERENT, Rule.TWO_NUMBERS, score, items);
    }
    if (score >= Weights.LINK
        && names != null
        && names.links()
        && gender
        && items.contains(Weights.BORN_SAME_DAY)
        && !items.contains(Weights.BIRTH_ORDER_OTHER)
        && isBackedUp(items)) {
      return new Comparison(Verdict.SAME, Rule.SCORE, score, items);
    }
    return new Comparison(
        score >= Weights.POSSIBLE ? Verdict.POSSIBLE : Verdict.DIFFERENT, Rule.SCORE, score, items);
  }

  /** Whether the two cannot both be one person's as they stand. */
  boolean contradicts() {
    return rule == Rule.TWO_NUMBERS
        || rule == Rule.PROOF_OTHER_BIRTH
        || rule == Rule.NUMBER_IN_DOUBT
        || verdict == Verdict.CHILD
        || items.contains(Weights.GENDER_OTHER)
        || items.contains(Weights.BORN_OTHERWISE)
        || items.contains(Weights.BORN_OTHER_DAY)
        || items.contains(Weights.BORN_ONE_DIGIT_OF_YEAR)
        || items.contains(Weights.BIRTH_ORDER_OTHER)
        || isBornMistyped(items) && !isNamedAlike(items)
        || verdict != Verdict.SAME && isNamedOtherwise(items);
  }

  /** One registration with both names, true or not, must not make one of two people. */
  private static boolean isNamedOtherwise(List<Weights> items) {
    return items.contains(Weights.NAME_HOMOPHONE)
        || items.contains(Weights.NAME_ONE_CHARACTER)
        || items.contains(Weights.NAME_SURNAME)
        || items.contains(Weights.NAME_OTHER);
  }

  /** Another name and another year: whoever lends a card, or a parent. Nobody need be asked. */
  private static boolean isSomebodyElse(List<Weights> items) {
    return items.contains(Weights.BORN_OTHERWISE)
        && (items.contains(Weights.NAME_OTHER) || items.contains(Weights.NAME_SURNAME));
  }

  private static boolean isBornMistyped(List<Weights> items) {
    return items.contains(Weights.BORN_DAY_AND_MONTH_EXCHANGED)
        || items.contains(Weights.BORN_ONE_DIGIT_APART);
  }

  private static boolean isNamedAlike(List<Weights> items) {
    return items.contains(Weights.NAME_OF_TWO)
        || items.contains(Weights.NAME_OF_THREE)
        || items.contains(Weights.NAME_LONGER)
        || items.contains(Weights.NAME_FORMER)
        || items.contains(Weights.NAME_PART);
  }

  /** Whether it says more: by the verdict, then what it rests on, then the score. */
  boolean isStrongerThan(Comparison other) {
    int byVerdict = verdict.compareTo(other.verdict);
    int byRule = rule.compareTo(other.rule);
    return byVerdict < 0 || byVerdict == 0 && (byRule < 0 || byRule == 0 && score > other.score);
  }

  /** Name and birth alone link nobody: something else has to agree. */
  private static boolean isBackedUp(List<Weights> items) {
    return items.contains(Weights.CARD_SAME)
        || items.contains(Weights.PHONE_SAME)
        || items.contains(Weights.ADDRESS_SAME)
        || items.contains(Weights.RELATIVE_SAME);
  }

  /** A child that is called after its mother has no name yet: nothing is said of that. */
  private static ComparedName.@Nullable Likeness names(
      Registration one, Registration other, List<Weights> items) {
    ComparedName.Likeness best = null;
    int length = 0;
    boolean former = false;
    for (String name : one.allNames()) {
      for (String otherName : other.allNames()) {
        if (ComparedName.mother(name) != null || ComparedName.mother(otherName) != null) {
          continue;
        }
        ComparedName.Likeness likeness = ComparedName.compare(name, otherName);
        if (best == null || likeness.compareTo(best) < 0) {
          best = likeness;
          length = Math.min(ComparedName.length(name), ComparedName.length(otherName));
          former = !one.names().contains(name) || !other.names().contains(otherName);
        }
      }
    }
    if (best != null) {
      items.add(weight(best, length, former));
    }
    return best;
  }

  private static Weights weight(ComparedName.Likeness likeness, int length, boolean former) {
    return switch (likeness) {
      case SAME ->
          former
              ? Weights.NAME_FORMER
              : length <= 2
                  ? Weights.NAME_OF_TWO
                  : length == 3 ? Weights.NAME_OF_THREE : Weights.NAME_LONGER;
      case HOMOPHONE -> Weights.NAME_HOMOPHONE;
      case PART -> Weights.NAME_PART;
      case ONE_CHARACTER -> Weights.NAME_ONE_CHARACTER;
      case SURNAME -> Weights.NAME_SURNAME;
      case OTHER -> Weights.NAME_OTHER;
    };
  }

  private static void birth(Registration one, Registration other, List<Weights> items) {
    String a = one.birthDate();
    String b = other.birthDate();
    if (a == null || b == null) {
      return;
    }
    int known = Math.min(a.length(), b.length());
    if (a.substring(0, known).equals(b.substring(0, known))) {
      items.add(
          known == 10 && !Placeholder.isBirthDate(a)
              ? Weights.BORN_SAME_DAY
              : known == 7 ? Weights.BORN_SAME_MONTH : Weights.BORN_SAME_YEAR);
    } else if (known == 10 && a.equals(b.substring(0, 4) + b.substring(7) + b.substring(4, 7))) {
      items.add(Weights.BORN_DAY_AND_MONTH_EXCHANGED);
    } else if (known == 10 && digitsApart(a, b) == 1) {
      items.add(
          a.substring(0, 4).equals(b.substring(0, 4))
              ? Weights.BORN_ONE_DIGIT_APART
              : Weights.BORN_ONE_DIGIT_OF_YEAR);
    } else if (a.substring(0, 4).equals(b.substring(0, 4))) {
      items.add(Weights.BORN_OTHER_DAY);
    } else {
      items.add(Weights.BORN_OTHERWISE);
    }
  }

  private static int digitsApart(String a, String b) {
    int apart = 0;
    for (int i = 0; i < a.length(); i++) {
      apart += a.charAt(i) == b.charAt(i) ? 0 : 1;
    }
    return apart;
  }

  /** Returns false when the genders differ. */
  private static boolean gender(Registration one, Registration other, List<Weights> items) {
    if (one.gender() == null || other.gender() == null) {
      return true;
    }
    boolean same = one.gender().equals(other.gender());
    items.add(same ? Weights.GENDER_SAME : Weights.GENDER_OTHER);
    return same;
  }

  private static void cards(Registration one, Registration other, List<Weights> items) {
    for (Document document : one.documents()) {
      if (!document.kind().proves() && other.documents().contains(document)) {
        items.add(Weights.CARD_SAME);
        break;
      }
    }
    String number = one.cardNumber();
    String otherNumber = other.cardNumber();
    if (number == null || otherNumber == null) {
      return;
    }
    if (number.equals(otherNumber)) {
      if (!IdentityNumber.isWellFormed(number)) {
        items.add(Weights.NUMBER_MISTYPED_ALIKE);
      }
    } else if (one.hasOwnCard() && other.hasOwnCard()) {
      items.add(Weights.NUMBER_OTHER);
    } else if (ComparedName.isOneApart(
        number.codePoints().toArray(), otherNumber.codePoints().toArray())) {
      items.add(Weights.NUMBER_ONE_DIGIT_APART);
    }
  }

  private static void contacts(Registration one, Registration other, List<Weights> items) {
    if (!one.phones().isEmpty() && !other.phones().isEmpty()) {
      items.add(meet(one.phones(), other.phones()) ? Weights.PHONE_SAME : Weights.PHONE_OTHER);
    }
    if (!one.addresses().isEmpty() && !other.addresses().isEmpty()) {
      items.add(address(one.addresses(), other.addresses()));
    }
    if (meet(one.relativesAndMother(), other.relativesAndMother())) {
      items.add(Weights.RELATIVE_SAME);
    }
  }

  private static boolean meet(Set<String> one, Set<String> other) {
    return one.stream().anyMatch(other::contains);
  }

  private static Weights address(Set<String> one, Set<String> other) {
    Weights best = Weights.ADDRESS_OTHER;
    for (String a : one) {
      for (String b : other) {
        if (Home.isSame(a, b)) {
          return Weights.ADDRESS_SAME;
        }
        best = alike(a, b) ? Weights.ADDRESS_LIKE : best;
      }
    }
    return best;
  }

  /** Whether two thirds of the pairs of neighbouring characters are in both. */
  private static boolean alike(String a, String b) {
    Set<String> pairs = pairs(a);
    Set<String> others = pairs(b);
    Set<String> both = new HashSet<>(pairs);
    both.retainAll(others);
    return 3 * both.size() >= 2 * Math.min(pairs.size(), others.size());
  }

  private static Set<String> pairs(String text) {
    Set<String> pairs = new HashSet<>();
    for (int i = 0; i + 2 <= text.length(); i++) {
      pairs.add(text.substring(i, i + 2));
    }
    return pairs;
  }

  /** Whether one is a child registered under a number of its mother. */
  static boolean isUnderNumberOf(Registration child, Registration mother) {
    return isChildOf(child, mother)
        && child.documents().stream()
            .anyMatch(
                document -> document.kind().proves() && mother.documents().contains(document));
  }

  /** Whether one is a child registered under its mother's number before it has its own. */
  static boolean isChildOf(Registration child, Registration mother) {
    boolean named = false;
    for (String name : child.names()) {
      String of = ComparedName.mother(name);
      named |= of != null && mother.names().contains(of);
    }
    Integer years = child.yearsApart(mother);
    boolean young = years == null || years >= 12 && child.isYoungerThan(mother);
    return named && young && !"M".equals(mother.gender());
  }
}
