package org.hutong.bench;

import java.util.function.ToIntFunction;

/**
 * One measured request, or a chain of them that only makes sense as a whole.
 *
 * @param error what the server said, or null where all went well
 * @param nanos spent waiting for answers
 * @param bytes of all response bodies
 * @param found resources read, counted or created
 */
record Exchange(String error, long nanos, long bytes, int found) {

  /** An answer that brings nothing is an error too: every request is for what is there. */
  static Exchange of(Answer answer, ToIntFunction<Answer> count) {
    int found = answer.succeeded() ? count.applyAsInt(answer) : 0;
    String error = found > 0 ? null : answer.text().isBlank() ? "empty answer" : answer.text();
    return new Exchange(error, answer.nanos(), answer.body().length, found);
  }

  Exchange then(Exchange next) {
    return new Exchange(
        error == null ? next.error : error,
        nanos + next.nanos,
        bytes + next.bytes,
        found + next.found);
  }
}
