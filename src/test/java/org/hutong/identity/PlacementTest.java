package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.hutong.identity.Member.Basis;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final String NUMBER = People.number("1980-01-01", 11);

  private static final Decisions NONE = Decisions.NONE;
  private static final Decisions APART =
      new Decisions(List.of(new Decisions.Said(new Two(1, 2), Pair.State.APART, Set.of())));

  private static Placement place(
      long self,
      Registration registration,
      List<Member> others,
      @Nullable UUID former,
      Decisions decisions) {
    return Placement.of(self, registration, others, former, decisions, new Comparisons());
  }

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
    Placement placed = place(99, owner, others, null, NONE);
    assertThat(placed.person()).isEqualTo(new UUID(0, 1));
    assertThat(placed.possible()).isEmpty();
    Placement few = place(99, owner, others.subList(0, 4), null, NONE);
    assertThat(few.possible()).hasSize(3);
  }

  @Test
  void believesNoNumberOfManyWithoutABirthDate() {
    List<Member> others = new ArrayList<>();
    for (String name : List.of("王伟", "钱立", "孙志刚", "李海峰", "周文", "郑涛")) {
      others.add(member(others.size() + 1, People.named(name).man().card(NUMBER)));
    }
    Registration namesake = People.named("王伟").man().card(NUMBER).registered();
    assertThat(place(99, namesake, others.subList(0, 5), null, NONE).person())
        .isEqualTo(new UUID(0, 1));
    assertThat(place(99, namesake, others, null, NONE).person()).isNull();
    Registration before = People.named("王伟").man().born("1980-01-01").card(NUMBER).registered();
    others.add(new Member(9, new UUID(0, 9), Basis.ALONE, before));
    Registration born = People.named("王伟").man().born("1980-01-01").card(NUMBER).registered();
    assertThat(place(99, born, others, null, NONE).person()).isEqualTo(new UUID(0, 9));
  }

  @Test
  void linksSomebodyNewToNeitherOfTwoWhoAreHeldApart() {
    People same = People.named("王伟").man().born("1980-01-01").card(NUMBER);
    List<Member> others = List.of(member(1, same), member(2, same));
    Placement torn = place(99, same.registered(), others, null, APART);
    assertThat(torn.person()).isNull();
    assertThat(torn.possible()).hasSize(2);
    Placement known = place(99, same.registered(), others, new UUID(0, 2), APART);
    assertThat(known.person()).isEqualTo(new UUID(0, 2));
    Placement joined = place(99, same.registered(), others, null, NONE);
    assertThat(joined.joined()).hasSize(1);
  }
}
