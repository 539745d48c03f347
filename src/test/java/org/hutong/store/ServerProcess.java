package org.hutong.store;

import java.nio.file.Path;

/** A server in a process of its own, for tests that kill it. */
final class ServerProcess {
  private ServerProcess() {}

  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedDatabase database =
        EmbeddedDatabase.start(Path.of(arguments[0]), Path.of(arguments[1]), 10);
    System.out.println("ready " + database.address().url());
    Thread.sleep(Long.MAX_VALUE);
  }
}
