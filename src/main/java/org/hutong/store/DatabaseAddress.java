package org.hutong.store;

/**
 * Where a PostgreSQL database is reached and as whom; as a {@link Database}, one that others run.
 *
 * @param url begins with {@code jdbc:postgresql:}
 */
record DatabaseAddress(String url, String user, String password) implements Database {
  @Override
  public DatabaseAddress address() {
    return this;
  }

  @Override
  public void close() {}

  /** Without the password, and without the URL, which may hold one. */
  @Override
  public String toString() {
    return "DatabaseAddress[user=" + user + "]";
  }
}
