package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page says what the code does. */
class IdentityPageTest {
  private static final Path PAGE = Path.of("src/docs/identity.md");
  private static final Pattern ROW = Pattern.compile("\\| `([A-Z_]+)` \\| ([+−]\\d+) \\| .+ \\|");

  @Test
  void publishesEveryWeight() throws IOException {
    Map<String, Integer> published = new LinkedHashMap<>();
    String page = Files.readString(PAGE);
    Matcher rows = ROW.matcher(page);
    while (rows.find()) {
      published.put(rows.group(1), Integer.parseInt(rows.group(2).replace('−', '-')));
    }
    Map<String, Integer> used = new LinkedHashMap<>();
    for (Weights weight : Weights.values()) {
      used.put(weight.name(), weight.bits());
    }
    assertThat(published).containsExactlyEntriesOf(used);
    for (Weights weight : Weights.values()) {
      assertThat(page).contains("| " + weight.text().en() + " " + weight.text().zh() + " |");
    }
    assertThat(page)
        .contains("linked from " + Weights.LINK + " ")
        .contains("asked from " + Weights.POSSIBLE + " ")
        .contains("Of " + Placement.MOST_POSSIBLE + " persons at most");
  }
}
