package org.hutong.identity;

/**
 * Two registrations about which something is to be kept.
 *
 * @param one row id of a Patient, the smaller
 * @param rule why they were noticed
 */
record Pair(long one, long other, State state, Comparison.Rule rule, int score) {

  /** What is known of two registrations. */
  enum State {
    /** Perhaps one person's: a steward is asked. */
    POSSIBLE,
    /** A steward said that they are one person's. */
    TOGETHER,
    /** A steward said that they are not. */
    APART
  }

  Pair {
    if (one > other) {
      long first = other;
      other = one;
      one = first;
    }
  }
}
