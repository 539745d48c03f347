package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DatabaseSettingsTest {
  private static final String URL = "jdbc:postgresql://db.example.org/hutong";

  @Test
  void meansTheEmbeddedDatabaseWhenNothingIsSet() {
    assertThat(new DatabaseSettings(null, null, null).external()).isNull();
    assertThat(new DatabaseSettings("", " ", "").external()).isNull();
  }

  @Test
  void namesAnExternalDatabase() {
    assertThat(new DatabaseSettings(URL, "hutong", "secret").external())
        .isEqualTo(new DatabaseAddress(URL, "hutong", "secret"));
    assertThat(new DatabaseSettings(URL, "hutong", null).external())
        .isEqualTo(new DatabaseAddress(URL, "hutong", ""));
  }

  @Test
  void refusesWhatIsHalfSet() {
    refuses(URL, null, "secret", "HUTONG_DB_USER");
    refuses(null, "hutong", null, "HUTONG_DB_URL");
    refuses(null, null, "secret", "HUTONG_DB_URL");
  }

  @Test
  void refusesWhatIsNotPostgresql() {
    refuses("jdbc:mysql://db.example.org/hutong", "hutong", "secret", "PostgreSQL only");
    refuses("postgres://db.example.org/hutong", "hutong", "secret", "jdbc:postgresql://");
  }

  @Test
  void neverTellsThePassword() {
    DatabaseSettings settings = new DatabaseSettings(URL + "?password=secret", "hutong", "secret");
    assertThat(settings.toString()).doesNotContain("secret");
    assertThat(settings.external()).asString().doesNotContain("secret");
  }

  private static void refuses(
      @Nullable String url, @Nullable String user, @Nullable String password, String because) {
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> new DatabaseSettings(url, user, password))
        .withMessageContaining(because)
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("secret"));
  }
}
