package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hutong.identity.Decision.Before;
import org.hutong.identity.Decision.Kind;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static Decision decision(Kind kind, long one, long other) {
    Before before = new Before(Map.of(), null);
    UUID id = UUID.randomUUID();
    return new Decision(id, Instant.EPOCH, kind, one, other, "", "", before, null, null);
  }

  @Test
  void ofTwoDecisionsAboutTheSameTheLaterHolds() {
    Decision unlink = decision(Kind.UNLINK, 1, 2);
    Decision link = decision(Kind.LINK, 2, 1);
    assertThat(Standing.of(List.of(link, unlink)).holding().values()).containsExactly(link);
    assertThat(Standing.of(List.of(unlink, link)).holding().values()).containsExactly(unlink);
  }

  @Test
  void whatLaterDecisionsExcludeSleeps() {
    Decision unlink = decision(Kind.UNLINK, 1, 2);
    Decision one = decision(Kind.LINK, 1, 3);
    Decision other = decision(Kind.MERGE, 2, 3);
    assertThat(Standing.of(List.of(other, one, unlink)).holding().values())
        .containsExactly(other, one);
    assertThat(Standing.of(List.of(other, unlink, one)).holding().values())
        .containsExactly(other, unlink);
    assertThat(Standing.of(List.of(unlink, other, one)).holding().values())
        .containsExactly(unlink, other);
  }

  @Test
  void tellsWhomADecisionWouldOverrule() {
    Decision unlink = decision(Kind.UNLINK, 1, 2);
    Decision link = decision(Kind.LINK, 1, 3);
    List<Decision> both = List.of(link, unlink);
    Two two = new Two(2, 3);
    assertThat(Standing.of(both).displacedBy(Standing.with(Kind.LINK, two, both), two))
        .contains(unlink);
    assertThat(Standing.of(both).displacedBy(Standing.with(Kind.UNLINK, two, both), two)).isEmpty();
    Two same = new Two(1, 2);
    assertThat(Standing.of(both).displacedBy(Standing.with(Kind.LINK, same, both), same)).isEmpty();
  }
}
