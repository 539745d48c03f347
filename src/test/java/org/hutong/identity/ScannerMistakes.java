package org.hutong.identity;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.hutong.fhir.IdentityNumber;
import org.hutong.fhir.Pinyin;
import org.hutong.identity.Populace.Human;

/**
 * Model B, on which nothing is tuned: what scanners read, old programs cut off and villagers tell.
 * It shares neither rates nor, but for missing values, kinds of errors with {@link ClerkMistakes}.
 */
final class ScannerMistakes implements Mistakes {
  private static final List<String> LOOKALIKES =
      List.of("兰三", "丽而", "明朋", "杰木", "宇字", "玉王", "军车", "红江", "秀季", "芳劳", "王玉", "李季", "张弓");

  private static final List<String> DIGITS = List.of("17", "38", "06", "56", "49");

  @Override
  public Entry register(Human human, Human lender, SplittableRandom random) {
    Draw draw = new Draw(random);
    if (draw.happens(0.003)) {
      return new Entry(
          human, Kind.NAMELESS, People.named("无名氏20261101").gender(human.male()).registered());
    }
    boolean child = human.isChild();
    if (child && draw.happens(0.1)) {
      Human mother = human.parent(false);
      People people =
          People.named(mother.name() + (human.male() ? "之男婴" : "之女婴"))
              .gender(human.male())
              .born(human.birthDate())
              .phone(mother.phone());
      return new Entry(human, Kind.NEWBORN, people.registered());
    }
    Kind kind = Kind.ORDINARY;
    String number = "";
    if (draw.happens(0.006)) {
      kind = Kind.BORROWED;
      number = lender.number();
    } else if (child && draw.happens(0.15)) {
      kind = Kind.PARENTS_NUMBER;
      number = human.parent(false).number();
    } else if (!draw.happens(0.25)) {
      number = draw.happens(0.03) ? draw.exchange(human.number(), DIGITS) : human.number();
      number = draw.happens(0.01) ? number.replace('0', 'O') : number;
      number = draw.happens(0.01) ? number.substring(0, 17) : number;
    }
    People people = People.named(name(human, draw));
    if (!draw.happens(0.05)) {
      people.gender(draw.happens(0.003) != human.male());
    }
    if (!draw.happens(0.04)) {
      people.born(birth(human.born(), draw));
    }
    if (!number.isEmpty()) {
      people.card(IdentityNumber.normal(number));
    }
    if (!draw.happens(0.3)) {
      String neighbours = lender.phone();
      people.phone(
          (draw.happens(0.3) ? "+86 " : "") + (draw.happens(0.05) ? neighbours : human.phone()));
    }
    if (!draw.happens(0.3)) {
      people.at(address(human.home(), draw));
    }
    return new Entry(human, kind, people.registered());
  }

  private static String name(Human human, Draw draw) {
    String name = human.name();
    if (draw.happens(0.015)) {
      List<String> reading = Pinyin.readings(name).get(0);
      return reading.get(0).toUpperCase(Locale.ROOT)
          + " "
          + String.join("", reading.subList(1, reading.size())).toUpperCase(Locale.ROOT);
    }
    if (draw.happens(0.01) && name.length() > 2) {
      return draw.happens(0.5)
          ? name.substring(0, name.length() - 1)
          : name.charAt(0) + name.substring(2);
    }
    if (draw.happens(0.015)) {
      name = draw.exchange(name, LOOKALIKES);
    }
    return draw.happens(0.03) ? name.charAt(0) + "　" + name.substring(1) : name;
  }

  private static String birth(LocalDate born, Draw draw) {
    if (draw.happens(0.01)) {
      return born.minusYears(1).toString();
    }
    if (draw.happens(0.005)) {
      return born.minusYears(10).toString();
    }
    if (draw.happens(0.02)) {
      return String.valueOf(born.getYear());
    }
    if (draw.happens(0.02)) {
      return born.minusDays(20 + draw.below(30)).toString();
    }
    return draw.happens(0.01) ? born.getYear() + "-01-01" : born.toString();
  }

  private static String address(String home, Draw draw) {
    return switch (draw.below(6)) {
      case 0 -> home.replace("云泽县", "");
      case 1 -> home.substring(0, home.indexOf('村') + 1);
      case 2 -> home.replace("组", "组，门牌");
      case 3 -> "某省云泽县 " + home.replace("云泽县", "").replace("镇", "镇 ");
      default -> home;
    };
  }
}
