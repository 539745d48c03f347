package org.hutong.identity;

import java.util.SplittableRandom;
import org.hutong.identity.Populace.Human;

/** How institutions get a registration wrong. */
interface Mistakes {

  /** What is special about a registration. */
  enum Kind {
    ORDINARY,
    /** Under another person's number, with the own name and birth date. */
    BORROWED,
    /** A child's, under the number of a parent. */
    PARENTS_NUMBER,
    /** A newborn's, named after its mother and under her number. */
    NEWBORN,
    /** Nobody knows who it is. */
    NAMELESS,
    /** Under a number that somebody typed for all who had none at hand. */
    COMMON_NUMBER
  }

  /** A registration and the truth about it. */
  record Entry(Human human, Kind kind, Registration registration) {}

  /**
   * Registers somebody.
   *
   * @param lender whose card is borrowed when one is
   */
  Entry register(Human human, Human lender, SplittableRandom random);
}
