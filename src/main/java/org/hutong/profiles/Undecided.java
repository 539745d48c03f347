package org.hutong.profiles;

/**
 * The compiled rules cannot say that all is well, because something is wrong or because it is
 * something that they do not model. The full validator then decides, and finds the words.
 */
final class Undecided extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param why for tests and debugging; never shown, and never what a client sent
   */
  Undecided(String why) {
    super(why, null, false, false);
  }
}
