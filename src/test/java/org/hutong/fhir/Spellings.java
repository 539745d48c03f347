package org.hutong.fhir;

import java.util.List;
import java.util.Random;

/** Texts such as keyboards, scanners and old systems make of numbers and names. */
public final class Spellings {
  private static final List<String> PIECES =
      List.of(
          "110105",
          "19491231",
          "491231",
          "002",
          "002x",
          "002X",
          "0",
          "7",
          "X",
          "x",
          "Ａ",
          "１",
          "１１０１０５",
          "ｘ",
          "　",
          " ",
          ":",
          "：",
          "1:2026",
          "0123456789abcdef",
          "阿依",
          "买买提",
          "𠀀",
          "•",
          "・",
          ".",
          "．",
          "‧",
          "·",
          ",",
          "，",
          "|",
          "｜",
          "\\",
          "＼",
          "$",
          "%",
          "&",
          "+",
          "=");

  private Spellings() {}

  public static String random(Random random) {
    StringBuilder text = new StringBuilder();
    for (int pieces = random.nextInt(7); pieces > 0; pieces--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }
}
