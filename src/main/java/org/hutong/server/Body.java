package org.hutong.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/** The body of one request, whole in memory; closing it gives its share of the budget back. */
final class Body implements AutoCloseable {
  private static final int FIRST_BUFFER = 8 * 1024;

  private final BodyBudget budget;
  private byte[] bytes = new byte[0];
  private int from;
  private int to;

  private Body(BodyBudget budget) {
    this.budget = budget;
  }

  /**
   * Reads to the end, as long as the body stays within the limits of size, time and speed. The
   * buffer grows with what has arrived, not with what was announced.
   *
   * @param announced bytes announced by Content-Length; -1 when it was not sent
   * @param nanoTime the clock by which slowness is judged, in nanoseconds
   * @throws Problem BODY_TOO_LARGE, BODY_TOO_SLOW, OVERLOADED, or REQUEST_MALFORMED when the
   *     connection ends before the body does
   */
  static Body read(
      InputStream stream,
      long announced,
      IntakeSettings settings,
      BodyBudget budget,
      LongSupplier nanoTime) {
    if (announced > settings.maxBody().toBytes()) {
      throw tooLarge(settings);
    }
    Body body = new Body(budget);
    boolean whole = false;
    try {
      body.fill(stream, announced, settings, nanoTime);
      body.skipByteOrderMark();
      whole = true;
      return body;
    } catch (IOException broken) {
      throw Problem.of(
          timedOut(broken) ? ProblemCode.BODY_TOO_SLOW : ProblemCode.REQUEST_MALFORMED);
    } finally {
      if (!whole) {
        body.close();
      }
    }
  }

  /** Tomcat wraps the time-out of a pause into its own exception. */
  private static boolean timedOut(IOException broken) {
    return broken instanceof SocketTimeoutException
        || broken.getCause() instanceof SocketTimeoutException;
  }

  private void fill(
      InputStream stream, long announced, IntakeSettings settings, LongSupplier nanoTime)
      throws IOException {
    int limit = (int) settings.maxBody().toBytes();
    long start = nanoTime.getAsLong();
    while (true) {
      if (to == bytes.length) {
        grow(announced, limit);
      }
      int count = stream.read(bytes, to, bytes.length - to);
      if (count < 0) {
        break;
      }
      to += count;
      if (to > limit) {
        throw tooLarge(settings);
      }
      if (to == announced) {
        return;
      }
      refuseSlowness(nanoTime.getAsLong() - start, settings);
    }
    if (announced > to) {
      throw Problem.of(ProblemCode.REQUEST_MALFORMED);
    }
  }

  /** Makes room for one byte more than the limit, so that passing it is seen. */
  private void grow(long announced, int limit) {
    int most = announced >= 0 ? (int) announced : limit + 1;
    int size = Math.min(Math.max(FIRST_BUFFER, bytes.length * 2), Math.max(most, 1));
    size = Math.max(size, bytes.length + 1);
    budget.take(size);
    int former = bytes.length;
    bytes = Arrays.copyOf(bytes, size);
    budget.giveBack(former);
  }

  private void refuseSlowness(long nanos, IntakeSettings settings) {
    long afterGrace = nanos - settings.graceTime().toNanos();
    if (nanos > settings.bodyDeadline().toNanos()
        || afterGrace > 0 && to < settings.minRate().toBytes() * (nanos / 1e9)) {
      throw Problem.of(ProblemCode.BODY_TOO_SLOW);
    }
  }

  /**
   * RFC 8259 §8.1 lets a parser ignore it; the engine does not, and many Windows programs send it.
   */
  private void skipByteOrderMark() {
    if (to >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb && bytes[2] == (byte) 0xbf) {
      from = 3;
    }
  }

  /** For whom it says in what encoding the text is. */
  void keepByteOrderMark() {
    from = 0;
  }

  private static Problem tooLarge(IntakeSettings settings) {
    return Problem.of(ProblemCode.BODY_TOO_LARGE, Long.toString(settings.maxBody().toBytes()));
  }

  byte[] bytes() {
    return bytes;
  }

  /** Offset of the first byte of the text: behind a byte order mark. */
  int from() {
    return from;
  }

  int to() {
    return to;
  }

  boolean empty() {
    return from == to;
  }

  @Override
  public void close() {
    budget.giveBack(bytes.length);
    bytes = new byte[0];
    from = 0;
    to = 0;
  }
}
