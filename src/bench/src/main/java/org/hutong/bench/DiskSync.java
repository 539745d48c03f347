package org.hutong.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How long the disk takes to keep 8 kB safe, as PostgreSQL does it at every commit: the next block
 * of a file that has its full size already, then {@code fdatasync}.
 */
record DiskSync(double p50Ms, double p99Ms) {

  private static final int BLOCK = 8192;
  private static final int BLOCKS = 2048;
  private static final int SYNCS = 500;

  static DiskSync measure(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, "bench", ".sync");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(BLOCK * BLOCKS));
      channel.force(true);
      double[] ms = new double[SYNCS];
      for (int i = 0; i < SYNCS; i++) {
        long start = System.nanoTime();
        channel.write(ByteBuffer.allocate(BLOCK), (long) (i % BLOCKS) * BLOCK);
        channel.force(false);
        ms[i] = (System.nanoTime() - start) / 1e6;
      }
      return new DiskSync(Percentiles.percentile(ms, 50), Percentiles.percentile(ms, 99));
    } finally {
      Files.delete(file);
    }
  }
}
