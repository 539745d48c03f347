package org.hutong.identity;

/**
 * Two registrations, whichever is named first.
 *
 * @param one row id, the smaller
 */
record Two(long one, long other) {
  Two {
    if (one > other) {
      long first = other;
      other = one;
      one = first;
    }
  }
}
