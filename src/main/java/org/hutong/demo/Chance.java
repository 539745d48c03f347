package org.hutong.demo;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.zip.CRC32;

/** Randomness that depends on the seed and on what it is for, and on nothing else. */
final class Chance {
  private final SplittableRandom random;

  private Chance(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /**
   * @param purpose what is drawn; two purposes never share their draws
   * @param detail for instance the number of the resident
   */
  static Chance of(long seed, String purpose, long detail) {
    CRC32 crc = new CRC32();
    crc.update(purpose.getBytes(StandardCharsets.UTF_8));
    return new Chance((seed * 1_000_003 + crc.getValue()) * 1_000_003 + detail);
  }

  /** True with the given probability. */
  boolean happens(double probability) {
    return random.nextDouble() < probability;
  }

  /** From low to high, both included. */
  int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  double between(double low, double high) {
    return low + random.nextDouble() * (high - low);
  }

  /** Normally distributed (Box and Muller); the same on every machine. */
  double normal(double mean, double deviation) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return mean + deviation * radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }

  /** How often something happens that is expected so many times (Knuth's product method). */
  int times(double expected) {
    double limit = StrictMath.exp(-expected);
    int count = 0;
    for (double left = random.nextDouble(); left > limit; left *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** One of the choices, each as likely as its weight; at least one weight is positive. */
  <T> T pick(List<T> choices, ToDoubleFunction<T> weight) {
    double sum = 0;
    for (T choice : choices) {
      sum += weight.applyAsDouble(choice);
    }
    double left = random.nextDouble() * sum;
    T last = choices.get(0);
    for (T choice : choices) {
      double its = weight.applyAsDouble(choice);
      if (its > 0) {
        last = choice;
        left -= its;
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }
}
