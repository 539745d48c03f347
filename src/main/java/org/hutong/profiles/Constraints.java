package org.hutong.profiles;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.hutong.fhir.Bilingual;
import org.jspecify.annotations.Nullable;

/** What the constraints of FHIR R4 itself say, in our words, for those that records often break. */
final class Constraints {
  private final Properties zh = read("zh");
  private final Properties en = read("en");
  private final Properties places = read("places");

  private Constraints() {}

  static Constraints fromClassPath() {
    return new Constraints();
  }

  /** Those put into words in either language. */
  Set<String> keys() {
    Set<String> keys = new TreeSet<>(zh.stringPropertyNames());
    keys.addAll(en.stringPropertyNames());
    return keys;
  }

  /** What a constraint says; null when it is not among those put into words. */
  @Nullable Bilingual of(String key) {
    String chinese = zh.getProperty(key);
    String english = en.getProperty(key);
    return chinese == null || english == null ? null : new Bilingual(chinese, english);
  }

  /** The elements to mend, from where a constraint stands; empty for the one at which it stands. */
  List<String> places(String key) {
    String path = places.getProperty(key);
    return path == null ? List.of() : List.of(path);
  }

  /** Those of which it is said what to mend. */
  Set<String> placed() {
    return new TreeSet<>(places.stringPropertyNames());
  }

  private static Properties read(String part) {
    String file = "constraints_" + part + ".properties";
    Properties properties = new Properties();
    try (InputStream in = Constraints.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("The class path lacks " + file);
      }
      try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
        properties.load(reader);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    return properties;
  }
}
