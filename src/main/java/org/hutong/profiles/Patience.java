package org.hutong.profiles;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.Supplier;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * How much processor time one resource may cost the full validator. It holds every message against
 * all others, and follows whatever refers to something contained: a megabyte of unknown extensions
 * kept it busy for minutes.
 */
final class Patience {
  private static final Duration TIME = Duration.ofSeconds(10);

  /** The clock is read once in so many checks. */
  private static final int SELDOM = 64;

  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final ThreadLocal<@Nullable Patience> OF_THREAD = new ThreadLocal<>();

  private final long end;
  private int checks;

  private Patience(long end) {
    this.end = end;
  }

  /**
   * Does something that asks for definitions all along.
   *
   * @throws Problem TOO_COSTLY when it takes too long, or goes too deep
   */
  static <T> T limit(Supplier<T> work) {
    return limit(TIME, work);
  }

  static <T> T limit(Duration time, Supplier<T> work) {
    if (OF_THREAD.get() != null) {
      return work.get();
    }
    OF_THREAD.set(new Patience(CLOCK.getCurrentThreadCpuTime() + time.toNanos()));
    try {
      return work.get();
    } catch (StackOverflowError tooDeep) {
      throw tooCostly();
    } finally {
      OF_THREAD.remove();
    }
  }

  /** Ends the work that this thread does within a limit, when its time is over. */
  static void check() {
    Patience patience = OF_THREAD.get();
    if (patience != null
        && ++patience.checks % SELDOM == 0
        && CLOCK.getCurrentThreadCpuTime() > patience.end) {
      throw tooCostly();
    }
  }

  private static Problem tooCostly() {
    return Problem.worded(
        ProblemCode.TOO_COSTLY,
        null,
        new Bilingual("资源太大或太繁，无法校验", "The resource is too large or too involved to be validated"),
        new Bilingual(
            "请分成几个资源；减少扩展、编码和 contained 中相互的引用。",
            "Divide it into several resources; have fewer extensions, codings and references among"
                + " what is contained."));
  }
}
