package org.hutong.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The county on disk, for whoever needs a large one. */
public final class Demo {
  private Demo() {}

  /**
   * Writes a county when the arguments, or the environment, name a folder by {@code
   * hutong.demo.write}; neither server nor database is started then.
   *
   * @return whether they did
   */
  public static boolean written(String[] arguments, PrintStream out) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
    DemoSettings settings = Binder.get(environment).bindOrCreate("hutong.demo", DemoSettings.class);
    String folder = settings.write();
    if (folder == null || folder.isBlank()) {
      return false;
    }
    try (Shelf shelf = new Shelf(Path.of(folder), settings.format())) {
      shelf.write(county(settings), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return true;
  }

  /** The county that the settings ask for. */
  static County county(DemoSettings settings) {
    LocalDateTime asOf = settings.asOf();
    return County.of(settings.seed(), settings.residents(), asOf == null ? now() : asOf);
  }

  /** The minute in Beijing. */
  private static LocalDateTime now() {
    return LocalDateTime.now(Clock.system(ZoneId.of("Asia/Shanghai")))
        .truncatedTo(ChronoUnit.MINUTES);
  }
}
