package org.hutong;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README says of the settings what their records say, and links to what is there. */
class ReadmeTest {
  private static final Pattern SETTING =
      Pattern.compile("(?m)^\\| `(hutong\\.[a-z.\\-]+)` \\| (?:`(.*?)`)? ?\\|");
  private static final Pattern LINK = Pattern.compile("]\\((?!http)([^)#]+)\\)");

  @Test
  void namesEverySettingWithItsDefault() throws Exception {
    Map<String, String> told = new TreeMap<>();
    for (MatchResult row : SETTING.matcher(readme()).results().toList()) {
      told.put(row.group(1), row.group(2) == null ? "" : row.group(2));
    }

    assertThat(told).isEqualTo(Settings.withDefaults());
  }

  @Test
  void linksToWhatIsThere() throws IOException {
    assertThat(LINK.matcher(readme()).results().map(link -> Path.of(link.group(1))))
        .isNotEmpty()
        .allMatch(Files::exists);
  }

  @Test
  void staysShort() throws IOException {
    assertThat(readme().lines().count()).isLessThanOrEqualTo(180);
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }
}
