package org.hutong.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/**
 * Parameters as URLs and forms spell them (application/x-www-form-urlencoded), held to clean UTF-8.
 * A decoder that replaces what it cannot read would turn a name in GBK into a search that finds
 * nothing.
 */
final class UrlText {
  private static final int MOST_PARAMETERS = 1000;

  private UrlText() {}

  /**
   * Parses the parameters of a query or a form.
   *
   * @param text the bytes as ISO 8859-1, one character for each
   * @param notUtf8 the problem to report when a value is not UTF-8
   * @throws Problem the given one, REQUEST_MALFORMED for broken percent-encoding or too many
   *     parameters, CONTROL_CHARACTER or BODY_MOJIBAKE for what no text may hold
   */
  static Map<String, List<String>> parameters(String text, ProblemCode notUtf8) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    int count = 0;
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('&', from);
      end = end < 0 ? text.length() : end;
      if (end > from) {
        if (++count > MOST_PARAMETERS) {
          throw Problem.of(ProblemCode.REQUEST_MALFORMED);
        }
        int equals = text.indexOf('=', from);
        equals = equals < 0 || equals > end ? end : equals;
        String name = decode(text, from, equals, notUtf8);
        String value = decode(text, Math.min(equals + 1, end), end, notUtf8);
        parameters.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
      }
      from = end + 1;
    }
    return parameters;
  }

  private static String decode(String text, int from, int to, ProblemCode notUtf8) {
    byte[] bytes = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '%') {
        boolean whole = i + 2 < to;
        int high = whole ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = whole ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw Problem.of(ProblemCode.REQUEST_MALFORMED);
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = (byte) (c == '+' ? ' ' : c);
      }
    }
    RawText raw = RawText.of(bytes, 0, length, "\\ubf");
    if (raw.malformedAt() >= 0) {
      throw Problem.of(notUtf8, Integer.toString(from + raw.malformedAt()));
    }
    String decoded = new String(bytes, 0, length, StandardCharsets.UTF_8);
    if (raw.suspicious()) {
      TextFlaw flaw = TextFlaw.find(decoded);
      if (flaw != null) {
        throw Malformed.flaw(null, flaw);
      }
    }
    return decoded;
  }
}
