package org.hutong.fhir;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The electronic health card, whose QR text carries more than its ID. */
public final class EhealthCard {
  /** {@code ID:type} of a static code, {@code ID:type:time} of one that expires. */
  private static final Pattern QR_TEXT = Pattern.compile("([0-9A-Za-z]+):[0-9A-Za-z]+(?::.*)?");

  private EhealthCard() {}

  /** The ID alone; the text as it came when it is no QR text. */
  public static String id(String text) {
    Matcher matcher = QR_TEXT.matcher(text);
    return matcher.matches() ? matcher.group(1) : text;
  }
}
