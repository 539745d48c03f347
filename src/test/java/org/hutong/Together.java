package org.hutong;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several things done at the same instant. */
public final class Together {
  private Together() {}

  /** The results in the order of the work. */
  public static <T> List<T> all(List<? extends Callable<T>> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    CyclicBarrier start = new CyclicBarrier(work.size());
    try {
      List<Future<T>> begun = new ArrayList<>();
      for (Callable<T> one : work) {
        begun.add(
            threads.submit(
                () -> {
                  start.await();
                  return one.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : begun) {
        results.add(one.get());
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }

  /** The same several times. */
  public static <T> List<T> times(int times, Callable<T> work) throws Exception {
    return all(Collections.nCopies(times, work));
  }
}
