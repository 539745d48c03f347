package org.hutong.profiles;

import java.util.Locale;
import java.util.Map;
import org.hutong.fhir.HalfWidth;
import org.jspecify.annotations.Nullable;

/** What everyday spellings of units mean in UCUM (The Unified Code for Units of Measure). */
final class Units {
  static final String UCUM = "http://unitsofmeasure.org";

  private static final Map<String, String> MEANT =
      Map.ofEntries(
          Map.entry("mmhg", "mm[Hg]"),
          Map.entry("毫米汞柱", "mm[Hg]"),
          Map.entry("cmh2o", "cm[H2O]"),
          Map.entry("℃", "Cel"),
          Map.entry("°c", "Cel"),
          Map.entry("摄氏度", "Cel"),
          Map.entry("次/分", "/min"),
          Map.entry("次/分钟", "/min"),
          Map.entry("次/min", "/min"),
          Map.entry("bpm", "/min"),
          Map.entry("umol/l", "umol/L"),
          Map.entry("mmol/l", "mmol/L"),
          Map.entry("微摩尔/升", "umol/L"),
          Map.entry("毫摩尔/升", "mmol/L"),
          Map.entry("ug/l", "ug/L"),
          Map.entry("ng/ml", "ng/mL"),
          Map.entry("10^9/l", "10*9/L"),
          Map.entry("10^12/l", "10*12/L"),
          Map.entry("iu/l", "[iU]/L"),
          Map.entry("iu/ml", "[iU]/mL"),
          Map.entry("iu", "[iU]"),
          Map.entry("ug", "ug"),
          Map.entry("um", "um"),
          Map.entry("ul", "uL"),
          Map.entry("mg", "mg"),
          Map.entry("毫克", "mg"),
          Map.entry("克", "g"),
          Map.entry("kg", "kg"),
          Map.entry("千克", "kg"),
          Map.entry("公斤", "kg"),
          Map.entry("kg/m²", "kg/m2"),
          Map.entry("cm", "cm"),
          Map.entry("厘米", "cm"),
          Map.entry("毫升", "mL"),
          Map.entry("秒", "s"),
          Map.entry("sec", "s"),
          Map.entry("分钟", "min"),
          Map.entry("小时", "h"),
          Map.entry("天", "d"),
          Map.entry("岁", "a"),
          Map.entry("％", "%"),
          Map.entry("%", "%"));

  private Units() {}

  /** The code that somebody means; null when it is that already, or nobody here can tell. */
  static @Nullable String meant(String code) {
    String plain =
        HalfWidth.of(code)
            .replaceAll("\\s+", "")
            .replaceAll("[\u00b5\u03bc]", "u")
            .replaceFirst("^[×x*]10", "10")
            .replaceFirst("^10\\*{1,2}(?=\\d)", "10^")
            .toLowerCase(Locale.ROOT);
    String meant = MEANT.get(plain);
    return code.equals(meant) ? null : meant;
  }
}
