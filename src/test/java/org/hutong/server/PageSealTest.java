package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageSealTest {
  private static final String QUERY = "identifier=urn%3Aoid%3A1%7C4711&_offset=20";

  private final PageSeal seal = new PageSeal(new byte[32]);

  @Test
  void opensWhatItSealedForTheSameType() {
    assertThat(seal.open("Patient", seal.seal("Patient", QUERY))).isEqualTo(QUERY);
  }

  @Test
  void opensNothingElse() {
    String sealed = seal.seal("Patient", QUERY);
    byte[] other = new byte[32];
    other[0] = 1;
    assertThat(seal.open("Observation", sealed)).isNull();
    assertThat(new PageSeal(other).open("Patient", sealed)).isNull();
    assertThat(seal.open("Patient", (sealed.startsWith("A") ? "B" : "A") + sealed.substring(1)))
        .isNull();
    assertThat(seal.open("Patient", "")).isNull();
    assertThat(seal.open("Patient", "%%%")).isNull();
  }

  @Test
  void sealsTheSameAnewEachTime() {
    assertThat(seal.seal("Patient", QUERY)).isNotEqualTo(seal.seal("Patient", QUERY));
  }
}
