package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class StoreSettingsTest {
  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ConfigurationPropertiesAutoConfiguration.class))
          .withUserConfiguration(Settings.class);

  @EnableConfigurationProperties(StoreSettings.class)
  static class Settings {}

  @Test
  void keepsItsDataBesideTheServerUnlessToldOtherwise() {
    context.run(
        started -> {
          StoreSettings settings = started.getBean(StoreSettings.class);
          assertThat(settings)
              .isEqualTo(
                  new StoreSettings(
                      "./data", null, 20, Duration.ofSeconds(10), Duration.ofSeconds(60)));
          assertThat(settings.dataFolder()).isEqualTo(Path.of("data").toAbsolutePath());
          assertThat(settings.programFolder()).isEqualTo(Path.of("data/program").toAbsolutePath());
        });
  }

  @Test
  void refusesAPoolThatCannotWork() {
    context
        .withPropertyValues("hutong.store.pool-size=1")
        .run(
            started ->
                assertThat(started.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("poolSize"));
  }

  @Test
  void refusesAFolderThatJavaWouldGarble() {
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(
            () -> StoreSettings.folder("hutong.store.data-dir", "data", "/srv/\uFFFD\uFFFD"))
        .withMessageContaining("hutong.store.data-dir")
        .withMessageContaining("LC_ALL=C.UTF-8");
    assertThat(StoreSettings.folder("hutong.store.data-dir", "/srv/data", "/srv/\uFFFD"))
        .isEqualTo(Path.of("/srv/data"));
  }
}
