package org.hutong.identity;

import java.time.LocalDate;
import java.util.List;
import java.util.SplittableRandom;
import org.hutong.fhir.IdentityNumber;
import org.hutong.identity.Populace.Human;

/** Model A, on which the weights are tuned: what clerks type. */
final class ClerkMistakes implements Mistakes {
  private static final String COMMON_NUMBER = People.number("1980-01-01", 11);

  /** Characters that are written otherwise, and others that sound the same. */
  private static final List<String> VARIANTS =
      List.of("兰蘭", "国國", "华華", "凤鳳", "龙龍", "军軍", "丽麗", "云雲", "静靜", "宝寶", "杨楊", "刘劉", "张張", "陈陳");

  private static final List<String> HOMOPHONES =
      List.of(
          "兰岚", "芳方", "英瑛", "伟炜", "静婧", "玉钰", "欣馨", "怡仪", "涛韬", "志智", "文雯", "雪学", "华桦", "明铭", "子梓",
          "建健", "丽莉", "燕艳", "平萍", "海孩", "国果", "张章", "于余");

  @Override
  public Entry register(Human human, Human lender, SplittableRandom random) {
    Draw draw = new Draw(random);
    if (draw.happens(0.004)) {
      return new Entry(
          human,
          Kind.NAMELESS,
          People.named(draw.happens(0.5) ? "无名氏" : "未知").gender(human.male()).registered());
    }
    if (human.isChild() && draw.happens(0.15)) {
      return newborn(human, draw);
    }
    Kind kind = Kind.ORDINARY;
    String number = "";
    if (draw.happens(0.01)) {
      kind = Kind.BORROWED;
      number = lender.number();
    } else if (human.isChild() && draw.happens(0.1)) {
      kind = Kind.PARENTS_NUMBER;
      number = human.parent(draw.happens(0.5)).number();
    } else if (draw.happens(0.006)) {
      kind = Kind.COMMON_NUMBER;
      number = COMMON_NUMBER;
    } else if (!draw.happens(0.18)) {
      number = number(human.number(), draw);
    } else if (draw.happens(0.3)) {
      number = draw.any(List.of("111111111111111111", "-", "无", "159981111111111111", "000000"));
    }
    People people = People.named(name(human, draw)).gender(human.male());
    if (!human.formerName().isEmpty() && draw.happens(0.4)) {
      people.formerly(human.formerName());
    }
    if (!draw.happens(0.03)) {
      people.born(birth(human.born(), draw));
    }
    if (!number.isEmpty()) {
      people.card(IdentityNumber.normal(number));
    }
    if (!draw.happens(0.2)) {
      people.phone(draw.happens(0.12) ? draw.phone() : human.phone());
    }
    if (!draw.happens(0.25)) {
      people.at(draw.happens(0.08) ? "云泽县柳河镇向阳村" + draw.digits(2) + "号" : human.home());
    }
    if (human.isChild() && draw.happens(0.5)) {
      people.relative(human.parent(false).name());
    }
    return new Entry(human, kind, people.registered());
  }

  private static Entry newborn(Human child, Draw draw) {
    Human mother = child.parent(false);
    People people =
        People.named(mother.name() + (child.male() ? "之子" : "之女"))
            .gender(child.male())
            .phone(mother.phone());
    if (draw.happens(0.9)) {
      people.born(child.birthDate());
    }
    if (draw.happens(0.8)) {
      people.card(mother.number());
    }
    if (draw.happens(0.7)) {
      people.at(child.home());
    }
    return new Entry(child, Kind.NEWBORN, people.registered());
  }

  private static String name(Human human, Draw draw) {
    String name = human.name();
    if (!human.formerName().isEmpty() && draw.happens(0.1)) {
      return human.formerName();
    }
    if (draw.happens(0.06)) {
      name = draw.exchange(name, VARIANTS);
    }
    if (draw.happens(0.02)) {
      name = draw.exchange(name, HOMOPHONES);
    }
    if (draw.happens(0.01) && name.length() > 2) {
      int at = 1 + draw.below(name.length() - 1);
      name = name.substring(0, at) + "娥" + name.substring(at + 1);
    }
    if (name.contains("·")) {
      name =
          draw.happens(0.2)
              ? name.substring(0, name.indexOf('·'))
              : draw.happens(0.3) ? name.replace('·', '.') : name;
    }
    return draw.happens(0.02) ? String.join(" ", name.split("")) : name;
  }

  private static String birth(LocalDate born, Draw draw) {
    if (draw.happens(0.01) && born.getDayOfMonth() <= 12) {
      return LocalDate.of(born.getYear(), born.getDayOfMonth(), born.getMonthValue()).toString();
    }
    if (draw.happens(0.01)) {
      return born.withDayOfMonth(1 + draw.below(28)).toString();
    }
    return born.toString();
  }

  private static String number(String number, Draw draw) {
    if (draw.happens(0.02)) {
      int at = draw.below(17);
      return number.substring(0, at) + draw.digits(1) + number.substring(at + 1);
    }
    if (draw.happens(0.01)) {
      int at = draw.below(16);
      return number.substring(0, at)
          + number.charAt(at + 1)
          + number.charAt(at)
          + number.substring(at + 2);
    }
    if (draw.happens(0.04) && number.startsWith("19", 6)) {
      return number.substring(0, 6) + number.substring(8, 17);
    }
    return draw.happens(0.05) ? number.toLowerCase(java.util.Locale.ROOT) : number;
  }
}
