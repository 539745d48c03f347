package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.hutong.identity.Decisions.Said;
import org.hutong.identity.Member.Basis;
import org.junit.jupiter.api.Test;

class ArrangementTest {
  private static final String NUMBER = People.number("1980-02-03", 11);
  private static final UUID PERSON = new UUID(7, 7);

  private static final Registration TOLD = wang().card(NUMBER).registered();
  private static final Registration UNNUMBERED = wang().phone("13900139000").registered();
  private static final Registration STRANGER =
      People.named("何人斯").man().born("1933-03-03").registered();

  private static People wang() {
    return People.named("王伟").man().born("1980-02-03");
  }

  private static List<Member> members(Registration... registrations) {
    List<Member> members = new ArrayList<>();
    for (Registration registration : registrations) {
      members.add(new Member(members.size() + 1, PERSON, Basis.ALONE, registration));
    }
    return members;
  }

  private static Said apart(long one, long other, Long... linked) {
    return new Said(new Two(one, other), Pair.State.APART, Set.of(linked));
  }

  private static Said together(long one, long other) {
    return new Said(new Two(one, other), Pair.State.TOGETHER, Set.of());
  }

  private static List<List<Long>> arranged(List<Member> members, Said... said) {
    Comparisons comparisons = new Comparisons();
    return Arrangement.of(
            Neighbourhood.whole(members, comparisons),
            new Decisions(Arrays.asList(said)),
            comparisons)
        .stream()
        .map(part -> part.stream().map(Member::patient).toList())
        .toList();
  }

  @Test
  void everyoneElseGoesWithTheOneToWhichMoreTiesIt() {
    List<Member> members = members(TOLD, UNNUMBERED, TOLD, UNNUMBERED);
    assertThat(arranged(members, apart(1, 2, 1L, 2L, 3L, 4L)))
        .containsExactly(List.of(1L, 3L), List.of(2L, 4L));
  }

  @Test
  void whoCameAfterTwoWereToldApartIsLinkedToNeither() {
    assertThat(arranged(members(TOLD, TOLD, TOLD), apart(1, 2, 1L, 2L)))
        .containsExactly(List.of(1L), List.of(2L), List.of(3L));
    assertThat(arranged(members(TOLD, TOLD, TOLD), apart(1, 2, 1L, 2L, 3L)))
        .containsExactly(List.of(1L, 3L), List.of(2L));
  }

  @Test
  void partsTwoFromAThird() {
    List<Member> three = members(TOLD, TOLD, TOLD);
    assertThat(arranged(three, apart(1, 3, 1L, 2L, 3L), apart(2, 3, 2L, 3L)))
        .containsExactly(List.of(1L, 2L), List.of(3L));
    assertThat(arranged(three, together(1, 3), apart(2, 3, 1L, 2L, 3L)))
        .containsExactly(List.of(2L), List.of(3L, 1L).stream().sorted().toList());
  }

  @Test
  void joinsEverybodyWhoIsLinkedWithTwoThatAreHeldTogether() {
    List<Member> members = members(TOLD, TOLD, STRANGER, STRANGER, TOLD);
    assertThat(arranged(members, together(2, 3)).get(0)).contains(1L, 2L, 3L, 5L);
  }

  @Test
  void whomAStewardHoldsTogetherLeavesWhomARuleLinks() {
    List<Member> members = members(TOLD, TOLD, TOLD, STRANGER);
    assertThat(arranged(members, together(4, 3), apart(4, 1, 1L, 2L, 3L, 4L)))
        .containsExactlyInAnyOrder(List.of(1L, 2L), List.of(3L, 4L));
  }

  @Test
  void comparesWhatSaysTheSameOnce() {
    int many = 2000;
    List<Member> members =
        LongStream.rangeClosed(1, many)
            .mapToObj(
                patient ->
                    new Member(
                        patient,
                        PERSON,
                        Basis.PROOF,
                        wang().card(NUMBER).phone("1390013900" + patient % 7).registered()))
            .toList();
    Long[] all = LongStream.rangeClosed(1, many).boxed().toArray(Long[]::new);
    List<List<Long>> parts = arranged(members, apart(1, 2, all));
    assertThat(parts).hasSize(2);
    assertThat(parts.stream().mapToInt(List::size).sum()).isEqualTo(many);
  }
}
