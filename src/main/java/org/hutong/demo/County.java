package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A county that does not exist: the same, to the byte, for the same seed, number of residents and
 * instant. Each resident is made independently of the others.
 *
 * @param residents how many people live in it
 * @param asOf the end of the year that is told, Beijing time
 */
record County(long seed, int residents, LocalDateTime asOf, Directory directory) {

  static County of(long seed, int residents, LocalDateTime asOf) {
    return new County(seed, residents, asOf, new Directory(seed, residents));
  }

  /** The institutions and their staff, which everything else refers to. */
  List<Transaction> institutions() {
    return Transaction.of(directory.entries(asOf.toLocalDate()));
  }

  /** What the institutions have written about one resident. */
  List<Transaction> resident(int number) {
    return Transaction.of(Life.of(this, number));
  }

  /** Everything, in an order in which it can be sent; made as it is asked for. */
  Stream<Transaction> transactions() {
    return Stream.concat(
        institutions().stream(),
        IntStream.range(0, residents).mapToObj(this::resident).flatMap(List::stream));
  }
}
