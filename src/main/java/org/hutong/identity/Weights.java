package org.hutong.identity;

import java.util.Locale;
import org.hutong.fhir.Bilingual;

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
  NAME_OF_TWO(11, "姓名相同（两字）", "same name, two characters"),
  NAME_OF_THREE(15, "姓名相同（三字）", "same name, three characters"),
  NAME_LONGER(17, "姓名相同（四字以上）", "same name, longer"),
  /** The name of one is the former name of the other. */
  NAME_FORMER(10, "与曾用名相同", "the former name of the other"),
  NAME_HOMOPHONE(9, "姓名同音或为拼音", "same sound, or in Latin letters"),
  NAME_PART(8, "姓名首段相同", "first part of a name of several"),
  NAME_ONE_CHARACTER(5, "姓名一字之差", "one character of three or more differs"),
  NAME_SURNAME(-4, "仅同姓", "nothing but the surname"),
  NAME_OTHER(-9, "姓名不同", "another name"),

  /** One day of some 25,000. */
  BORN_SAME_DAY(14, "出生日期相同", "same day of birth"),
  BORN_DAY_AND_MONTH_EXCHANGED(9, "出生月日颠倒", "day and month of birth exchanged"),
  /** Of the month or day. */
  BORN_ONE_DIGIT_APART(7, "出生月日一位之差", "one digit of month or day of birth"),
  /** The son of a father of one name may be born on his birthday. */
  BORN_ONE_DIGIT_OF_YEAR(5, "出生年份一位之差", "one digit of the year of birth"),
  BORN_SAME_MONTH(9, "出生年月相同（日不详）", "same month of birth, the day not known"),
  BORN_SAME_YEAR(5, "出生年份相同（月日不详）", "same year of birth, no more is known"),
  /** In the same year, both known to the day. */
  BORN_OTHER_DAY(-1, "同年出生，日期不同", "another day of the same year"),
  BORN_OTHERWISE(-8, "出生日期不同", "another date of birth"),

  GENDER_SAME(1, "性别相同", "same gender"),
  GENDER_OTHER(-6, "性别不同", "another gender"),

  /** The health card and the like: of one person, but lent, reissued and mistyped. */
  CARD_SAME(12, "健康卡、档案或医保号相同", "same health card, archive or insurance number"),

  /** A misread digit makes the check character wrong. */
  NUMBER_ONE_DIGIT_APART(
      10, "身份证号一处误录", "identity numbers, one of them not right, one typing error apart"),
  /** One number with one error: copied from one another, if not typed for many. */
  NUMBER_MISTYPED_ALIKE(8, "身份证号相同但有误", "same identity number with the same error"),
  /** Two right numbers, each of which fits the birth date and gender beside it: two people. */
  NUMBER_OTHER(-30, "两个有效而不同的身份证号", "two right identity numbers"),

  /** Less than the surname and half the birth date: a family has one telephone. */
  PHONE_SAME(5, "电话相同", "same telephone"),
  PHONE_OTHER(-1, "电话不同", "another telephone"),
  ADDRESS_SAME(5, "同一门户", "same house, with or without the county"),
  ADDRESS_LIKE(3, "地址相近或仅到村", "two thirds of the address, or a village alone"),
  ADDRESS_OTHER(-1, "地址不同", "another address"),
  /** Children of one birth, and not the same of them. */
  BIRTH_ORDER_OTHER(-20, "多胞胎次序不同", "another child of one birth"),
  RELATIVE_SAME(6, "联系人相同", "a contact of the same name");

  /** From this sum on two registrations are one person's, if nothing speaks against it. */
  static final int LINK = 31;

  /** From this sum on a steward is asked. */
  static final int POSSIBLE = 18;

  private final int bits;
  private final Bilingual text;

  Weights(int bits, String zh, String en) {
    this.bits = bits;
    this.text = new Bilingual(zh, en);
  }

  /** The finding in words. */
  Bilingual text() {
    return text;
  }

  /** The public code, such as {@code born-same-day}. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  int bits() {
    return bits;
  }
}
