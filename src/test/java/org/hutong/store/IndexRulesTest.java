package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is indexed again when our own code comes to find other values. */
class IndexRulesTest {
  private static final String STRING = "string\nx.name\n[]";

  @Test
  void countsOurRulesForNamesOfPersonsAndForNothingElse() {
    String organization = digest("Organization", "name");
    for (String code : new String[] {"name", "phonetic", "pinyin-initials", "hutong-name-order"}) {
      assertThat(digest("Patient", code)).as(code).isNotEqualTo(organization);
    }
    assertThat(digest("Patient", "gender")).isEqualTo(organization);
    assertThat(digest("Organization", "phonetic")).isEqualTo(organization);
  }

  private static String digest(String type, String code) {
    IndexRules rules =
        new IndexRules(
            Map.of(type, Map.of(code, STRING)), "forms", Map.of(), resource -> {}, List.of());
    return Objects.requireNonNull(Objects.requireNonNull(rules.digests().get(type)).get(code));
  }
}
