package org.hutong.profiles;

import java.util.regex.Pattern;

/**
 * How values of FHIR's primitive types are written. Narrower than FHIR where that is simpler: what
 * is unusual is left to the full validator.
 */
final class Formats {
  /** Characters of a string; FHIR allows 1,048,576. */
  private static final int LONGEST = 1_000_000;

  private static final String ZONE = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)";
  private static final String DAY = "(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])";
  private static final String TIME =
      "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?" + ZONE;
  private static final String YEAR = "(18|19|20)[0-9]{2}";

  private static final Pattern DATE = Pattern.compile(YEAR + DAY + ")?)?");
  private static final Pattern DATE_TIME = Pattern.compile(YEAR + DAY + "(" + TIME + ")?)?)?");
  private static final Pattern INSTANT =
      Pattern.compile(YEAR + "-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])" + TIME);
  private static final Pattern TIME_OF_DAY =
      Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]");
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,8}");
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,8})?");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");
  private static final Pattern UUID =
      Pattern.compile("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern OID =
      Pattern.compile("urn:oid:[0-2](\\.(0|[1-9][0-9]{0,30})){3,40}");
  private static final Pattern ABSOLUTE = Pattern.compile("(https?://|urn:[a-z]).+");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");

  private Formats() {}

  static void check(String type, String value) {
    if (!isWritten(type, value)) {
      throw new Undecided("format of " + type);
    }
  }

  static boolean isId(String value) {
    return ID.matcher(value).matches();
  }

  /** Whether a URI names its scheme in one of the usual ways. */
  static boolean isAbsolute(String uri) {
    return ABSOLUTE.matcher(uri).matches();
  }

  private static boolean isWritten(String type, String value) {
    return switch (type) {
      case "string" -> isText(value, false);
      case "markdown" -> isText(value, true) && value.indexOf('<') < 0;
      case "code" -> isCode(value);
      case "uri", "url" -> isUri(value);
      case "canonical" -> isUri(value) && isAbsolute(value);
      case "uuid" -> UUID.matcher(value).matches();
      case "oid" -> OID.matcher(value).matches();
      case "id" -> isId(value);
      case "boolean" -> value.equals("true") || value.equals("false");
      case "integer" -> INTEGER.matcher(value).matches();
      case "unsignedInt" -> INTEGER.matcher(value).matches() && value.charAt(0) != '-';
      case "positiveInt" ->
          INTEGER.matcher(value).matches() && value.charAt(0) != '-' && value.charAt(0) != '0';
      case "decimal" -> DECIMAL.matcher(value).matches();
      case "date" -> DATE.matcher(value).matches();
      case "dateTime" -> DATE_TIME.matcher(value).matches();
      case "instant" -> INSTANT.matcher(value).matches();
      case "time" -> TIME_OF_DAY.matcher(value).matches();
      case "base64Binary" -> value.length() % 4 == 0 && BASE64.matcher(value).matches();
      default -> false;
    };
  }

  private static boolean isUri(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || isUnusual(c)) {
        return false;
      }
    }
    return !value.isEmpty()
        && !value.startsWith("#")
        && !value.startsWith("oid:")
        && !value.startsWith("uuid:")
        && (!value.startsWith("urn:uuid:") || UUID.matcher(value).matches())
        && (!value.startsWith("urn:oid:") || OID.matcher(value).matches());
  }

  private static boolean isCode(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' && (c != ' ' || i == 0 || value.charAt(i - 1) == ' ') || isUnusual(c)) {
        return false;
      }
    }
    return !value.isEmpty() && !value.endsWith(" ");
  }

  /** Whether a text has none of the characters that are worth a warning. */
  static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' && c != '\n' && c != '\r' && c != '\t' || isUnusual(c)) {
        return false;
      }
    }
    return text.length() <= LONGEST;
  }

  private static boolean isText(String value, boolean untrimmed) {
    return isPlain(value)
        && !value.isBlank()
        && (untrimmed || value.charAt(0) > ' ' && value.charAt(value.length() - 1) > ' ');
  }

  /** Controls, marks that turn the direction of writing, and white space beyond ASCII. */
  private static boolean isUnusual(char c) {
    return c >= 0x7f && c <= 0xa0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200f
        || c >= 0x2028 && c <= 0x202f
        || c >= 0x205f && c <= 0x206f
        || c == 0x3000
        || c >= 0xfff0
        || c == 0xfeff;
  }
}
