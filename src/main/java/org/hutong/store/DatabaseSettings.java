package org.hutong.store;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * An external PostgreSQL, usually given by the environment variables {@code HUTONG_DB_URL}, {@code
 * HUTONG_DB_USER} and {@code HUTONG_DB_PASSWORD}. Blank counts as absent, as Compose files pass it.
 *
 * @param url JDBC address such as {@code jdbc:postgresql://db.example.org:5432/hutong}; absent
 *     means the embedded PostgreSQL
 * @param user role that owns the database, or may create in it
 * @param password may be absent where the server authenticates otherwise
 */
@ConfigurationProperties("hutong.db")
record DatabaseSettings(@Nullable String url, @Nullable String user, @Nullable String password) {
  private static final String SHAPE = "jdbc:postgresql:";

  DatabaseSettings {
    url = blankToNull(url);
    user = blankToNull(user);
    password = blankToNull(password);
    if (url == null && (user != null || password != null)) {
      throw new StartRefused(
          "A database user or password is set, but not which database.",
          "Set HUTONG_DB_URL (hutong.db.url), or remove HUTONG_DB_USER and HUTONG_DB_PASSWORD"
              + " to use the embedded PostgreSQL.");
    }
    if (url != null && !url.startsWith(SHAPE)) {
      throw new StartRefused(
          "HUTONG_DB_URL (hutong.db.url) is not the JDBC address of a PostgreSQL database.",
          "Write it as jdbc:postgresql://host:port/database; Hutong runs on PostgreSQL only.");
    }
    if (url != null && user == null) {
      throw new StartRefused(
          "HUTONG_DB_URL is set, but not as whom to connect.",
          "Set HUTONG_DB_USER (hutong.db.user) and HUTONG_DB_PASSWORD (hutong.db.password).");
    }
  }

  /** The external database, or null when none is configured. */
  @Nullable DatabaseAddress external() {
    return url == null || user == null
        ? null
        : new DatabaseAddress(url, user, password == null ? "" : password);
  }

  /** Names no value: the URL may hold a password too. */
  @Override
  public String toString() {
    return "DatabaseSettings[" + (url == null ? "embedded" : "external") + "]";
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }
}
