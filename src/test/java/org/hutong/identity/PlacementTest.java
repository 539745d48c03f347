package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hutong.identity.Member.Basis;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final String NUMBER = People.number("1980-01-01", 11);

  private static final Decisions NONE = new Decisions(List.of());
  private static final Decisions APART =
      new Decisions(List.of(new Pair(1, 2, Pair.State.APART, Comparison.Rule.PROOF, 0)));

  private static Member member(long patient, People people) {
    return new Member(patient, new UUID(0, patient), Basis.ALONE, people.registered());
  }

  @Test
  void asksNothingAboutANumberThatSomebodyTypedForAll() {
    List<Member> others = new ArrayList<>();
    others.add(member(1, People.named("赵国强").man().born("1980-01-01").card(NUMBER)));
    for (String name : List.of("钱立", "孙志刚", "李海峰", "周文", "吴建军", "郑涛", "王小虎")) {
      others.add(member(others.size() + 1, People.named(name).man().card(NUMBER)));
    }
    Registration owner = People.named("赵国强").man().born("1980-01-01").card(NUMBER).registered();
    Placement placed = Placement.of(99, owner, others, null, NONE);
    assertThat(placed.person()).isEqualTo(new UUID(0, 1));
    assertThat(placed.possible()).isEmpty();
    Placement few = Placement.of(99, owner, others.subList(0, 4), null, NONE);
    assertThat(few.possible()).hasSize(3);
  }

  @Test
  void believesNoNumberOfManyWithoutABirthDate() {
    List<Member> others = new ArrayList<>();
    for (String name : List.of("王伟", "钱立", "孙志刚", "李海峰", "周文", "郑涛")) {
      others.add(member(others.size() + 1, People.named(name).man().card(NUMBER)));
    }
    Registration namesake = People.named("王伟").man().card(NUMBER).registered();
    assertThat(Placement.of(99, namesake, others.subList(0, 5), null, NONE).person())
        .isEqualTo(new UUID(0, 1));
    assertThat(Placement.of(99, namesake, others, null, NONE).person()).isNull();
    Registration before = People.named("王伟").man().born("1980-01-01").card(NUMBER).registered();
    others.add(new Member(9, new UUID(0, 9), Basis.ALONE, before));
    Registration born = People.named("王伟").man().born("1980-01-01").card(NUMBER).registered();
    assertThat(Placement.of(99, born, others, null, NONE).person()).isEqualTo(new UUID(0, 9));
  }

  @Test
  void linksSomebodyNewToNeitherOfTwoWhoAreHeldApart() {
    People same = People.named("王伟").man().born("1980-01-01").card(NUMBER);
    List<Member> others = List.of(member(1, same), member(2, same));
    Placement torn = Placement.of(99, same.registered(), others, null, APART);
    assertThat(torn.person()).isNull();
    assertThat(torn.possible()).hasSize(2);
    Placement known = Placement.of(99, same.registered(), others, new UUID(0, 2), APART);
    assertThat(known.person()).isEqualTo(new UUID(0, 2));
    Placement joined = Placement.of(99, same.registered(), others, null, NONE);
    assertThat(joined.joined()).hasSize(1);
  }

  @Test
  void partsAPersonByWhatTiesTheOthers() {
    Registration told = People.named("王伟").man().born("1980-01-01").card(NUMBER).registered();
    Registration other =
        People.named("王伟").man().born("1980-01-01").phone("13900139000").registered();
    UUID person = new UUID(0, 1);
    List<Member> members =
        List.of(
            new Member(1, person, Basis.ALONE, told),
            new Member(2, person, Basis.STEWARD, other),
            new Member(3, person, Basis.PROOF, told),
            new Member(4, person, Basis.STEWARD, other));
    assertThat(Placement.sides(members, 1, 2, (a, b) -> false))
        .hasValueSatisfying(
            sides ->
                assertThat(sides)
                    .extracting(side -> side.stream().map(Member::patient).toList())
                    .containsExactly(List.of(1L, 3L), List.of(2L, 4L)));
    assertThat(Placement.sides(members, 1, 2, (a, b) -> a == 3 || b == 3)).isEmpty();
  }
}
