package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.junit.jupiter.api.Test;

class BodyTest {
  private static final int LIMIT = (int) Limits.TIGHT.maxBody().toBytes();

  private final BodyBudget budget = new BodyBudget(Limits.TIGHT.maxBodiesInFlight().toBytes());
  private final AtomicLong clock = new AtomicLong();

  @Test
  void takesABodyOfExactlyTheLimit() {
    try (Body announced = read(new ByteArrayInputStream(new byte[LIMIT]), LIMIT);
        Body chunked = read(new ByteArrayInputStream(new byte[LIMIT]), -1)) {
      assertThat(announced.to()).isEqualTo(LIMIT);
      assertThat(chunked.to()).isEqualTo(LIMIT);
    }
    everythingIsGivenBack();
  }

  @Test
  void stopsOneByteBeyondTheLimitWhenNothingWasAnnounced() {
    CountingStream endless = new CountingStream(1L << 40, 0);
    assertThat(refuse(endless, -1)).isEqualTo(ProblemCode.BODY_TOO_LARGE);
    assertThat(endless.sent).isLessThanOrEqualTo(LIMIT + 1L);
    everythingIsGivenBack();
  }

  @Test
  void refusesAnAnnouncedExcessBeforeReading() {
    CountingStream stream = new CountingStream(LIMIT + 1L, 0);
    assertThat(refuse(stream, LIMIT + 1L)).isEqualTo(ProblemCode.BODY_TOO_LARGE);
    assertThat(stream.sent).isZero();
  }

  @Test
  void refusesABodyShorterThanAnnounced() {
    assertThat(refuse(new ByteArrayInputStream(new byte[10]), 11))
        .isEqualTo(ProblemCode.REQUEST_MALFORMED);
    everythingIsGivenBack();
  }

  @Test
  void givesUpOneByteASecondOnceTheGraceTimeIsOver() {
    CountingStream trickle =
        new CountingStream(LIMIT, 1_000_000_000L) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, 1);
          }
        };
    assertThat(refuse(trickle, LIMIT)).isEqualTo(ProblemCode.BODY_TOO_SLOW);
    assertThat(trickle.sent).isEqualTo(2);
    everythingIsGivenBack();
  }

  @Test
  void givesUpAtTheDeadlineHoweverSteady() {
    CountingStream steady =
        new CountingStream(LIMIT, 500_000_000L) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, Math.min(length, 2048));
          }
        };
    assertThat(refuse(steady, LIMIT)).isEqualTo(ProblemCode.BODY_TOO_SLOW);
    assertThat(steady.sent).isEqualTo(7 * 2048);
  }

  @Test
  void callsAPauseSlowness() {
    InputStream paused =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException(new SocketTimeoutException());
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return read();
          }
        };
    assertThat(refuse(paused, 10)).isEqualTo(ProblemCode.BODY_TOO_SLOW);
    everythingIsGivenBack();
  }

  @Test
  void isNotSlowWhenTheLastByteIsThere() {
    try (Body body = read(new CountingStream(5, 10_000_000_000L), 5)) {
      assertThat(body.to()).isEqualTo(5);
    }
  }

  @Test
  void refusesWhatTheBodiesInFlightLeaveNoRoomFor() {
    BodyBudget small = new BodyBudget(LIMIT + LIMIT / 2);
    try (Body first =
        Body.read(
            new ByteArrayInputStream(new byte[LIMIT]), LIMIT, Limits.TIGHT, small, clock::get)) {
      Problem problem =
          catchThrowableOfType(
              Problem.class,
              () ->
                  Body.read(new CountingStream(LIMIT, 0), LIMIT, Limits.TIGHT, small, clock::get));
      assertThat(problem.code()).isEqualTo(ProblemCode.OVERLOADED);
      assertThat(problem.getResponseHeaders()).containsKey("Retry-After");
      assertThat(first.to()).isEqualTo(LIMIT);
    }
    assertThat(small.free()).isEqualTo(LIMIT + LIMIT / 2);
  }

  @Test
  void takesNoMemoryForWhatIsOnlyAnnounced() {
    InputStream silent =
        new InputStream() {
          @Override
          public int read() throws IOException {
            assertThat(budget.free())
                .isGreaterThan(Limits.TIGHT.maxBodiesInFlight().toBytes() - 9000);
            throw new SocketTimeoutException();
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return read();
          }
        };
    assertThat(refuse(silent, LIMIT)).isEqualTo(ProblemCode.BODY_TOO_SLOW);
  }

  private Body read(InputStream stream, long announced) {
    return Body.read(stream, announced, Limits.TIGHT, budget, clock::get);
  }

  private ProblemCode refuse(InputStream stream, long announced) {
    return catchThrowableOfType(Problem.class, () -> read(stream, announced)).code();
  }

  private void everythingIsGivenBack() {
    assertThat(budget.free()).isEqualTo(Limits.TIGHT.maxBodiesInFlight().toBytes());
  }

  /** Sends zeros; each read takes a given time. */
  private class CountingStream extends InputStream {
    private final long length;
    private final long nanosPerRead;
    private long sent;

    CountingStream(long length, long nanosPerRead) {
      this.length = length;
      this.nanosPerRead = nanosPerRead;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      clock.addAndGet(nanosPerRead);
      if (sent == length) {
        return -1;
      }
      int now = (int) Math.min(count, length - sent);
      sent += now;
      return now;
    }
  }
}
