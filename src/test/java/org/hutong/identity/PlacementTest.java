package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hutong.identity.Member.Basis;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final String NUMBER = People.number("1980-01-01", 11);

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
    Placement placed = Placement.of(99, owner, others, Map.of(), (a, b) -> false);
    assertThat(placed.person()).isEqualTo(new UUID(0, 1));
    assertThat(placed.possible()).isEmpty();
    Placement few = Placement.of(99, owner, others.subList(0, 4), Map.of(), (a, b) -> false);
    assertThat(few.possible()).hasSize(3);
  }
}
