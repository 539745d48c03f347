package org.hutong.store;

import java.time.Duration;

/** A node that migrates, in a process of its own, for tests that kill it. */
final class MigrationProcess {
  private MigrationProcess() {}

  public static void main(String[] arguments) {
    System.out.println("ready");
    DatabaseAddress address = new DatabaseAddress(arguments[0], arguments[1], arguments[2]);
    Pool.migrated(
            address,
            new StoreSettings("unused", null, 4, Duration.ofSeconds(10), Duration.ofSeconds(60)))
        .close();
  }
}
