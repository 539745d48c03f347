package org.hutong.store;

/** A PostgreSQL that runs: our own, or one that the operator names. */
interface Database extends AutoCloseable {
  DatabaseAddress address();

  /** Stops it, if it is ours. */
  @Override
  void close();
}
