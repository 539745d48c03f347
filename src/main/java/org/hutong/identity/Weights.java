package org.hutong.identity;

import java.util.Locale;

/**
 * What agreement and disagreement are worth, in bits: the binary logarithm of how much likelier a
 * finding is of two registrations of one person than of two people (Fellegi and Sunter, 1969). The
 * table is published in {@code src/docs/identity.md}, and a test compares the two.
 *
 * <p>They are judgements of the order of magnitude, tried on the people of {@code
 * MatchQualityTest}. What decides is less the sum than what {@link Comparison} asks for besides it:
 * a family shares telephone, house and surname, so that nothing but a number, or the whole name
 * with the day of birth, tells one of it from another.
 */
enum Weights {
  /** Two characters: some hundreds of a million people bear the commonest of these names. */
  NAME_OF_TWO(11),
  NAME_OF_THREE(15),
  NAME_LONGER(17),
  /** The name of one is the former name of the other. */
  NAME_FORMER(10),
  NAME_HOMOPHONE(9),
  NAME_PART(8),
  NAME_ONE_CHARACTER(5),
  NAME_SURNAME(-4),
  NAME_OTHER(-9),

  /** One day of some 25,000. */
  BORN_SAME_DAY(14),
  BORN_DAY_AND_MONTH_EXCHANGED(9),
  /** Of the month or day. */
  BORN_ONE_DIGIT_APART(7),
  /** The son of a father of one name may be born on his birthday. */
  BORN_ONE_DIGIT_OF_YEAR(5),
  BORN_SAME_MONTH(9),
  BORN_SAME_YEAR(5),
  /** In the same year, both known to the day. */
  BORN_OTHER_DAY(-1),
  BORN_OTHERWISE(-8),

  GENDER_SAME(1),
  GENDER_OTHER(-6),

  /** The health card and the like: of one person, but lent, reissued and mistyped. */
  CARD_SAME(12),

  /** A misread digit makes the check character wrong. */
  NUMBER_ONE_DIGIT_APART(10),
  /** One number with one error: copied from one another, if not typed for many. */
  NUMBER_MISTYPED_ALIKE(8),
  /** Two right numbers, each of which fits the birth date and gender beside it: two people. */
  NUMBER_OTHER(-30),

  /** Less than the surname and half the birth date: a family has one telephone. */
  PHONE_SAME(5),
  PHONE_OTHER(-1),
  ADDRESS_SAME(5),
  ADDRESS_LIKE(3),
  ADDRESS_OTHER(-1),
  RELATIVE_SAME(6);

  /** From this sum on two registrations are one person's, if nothing speaks against it. */
  static final int LINK = 31;

  /** From this sum on a steward is asked. */
  static final int POSSIBLE = 18;

  private final int bits;

  Weights(int bits) {
    this.bits = bits;
  }

  /** The public code, such as {@code born-same-day}. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  int bits() {
    return bits;
  }
}
