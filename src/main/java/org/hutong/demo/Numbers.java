package org.hutong.demo;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.zip.CRC32;
import org.hutong.fhir.IdentityNumber;

/** Numbers that are well formed and that nobody and nothing bears. */
final class Numbers {
  /** A county's division code that GB/T 2260 does not give to any place. */
  static final String DIVISION = "159981";

  private static final String CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  private static final int[] ORGANISATION = {3, 7, 9, 10, 5, 8, 4, 2};
  private static final int[] CREDIT = {
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28
  };

  private Numbers() {}

  /**
   * A resident's identity number (GB 11643).
   *
   * @param sequence 0 to 999; odd for men, even for women
   */
  static String identity(LocalDate birth, int sequence) {
    String body = DIVISION + birth.format(DateTimeFormatter.BASIC_ISO_DATE) + padded(sequence, 3);
    return body + IdentityNumber.checkCharacter(body);
  }

  /** An organisation code (GB 11714): eight digits and a check character. */
  static String organisation(int number) {
    String body = "4710" + padded(number, 4);
    int sum = 0;
    for (int i = 0; i < ORGANISATION.length; i++) {
      sum += ORGANISATION[i] * (body.charAt(i) - '0');
    }
    return body + "0X987654321".charAt(sum % 11);
  }

  /** The unified social credit code (GB 32100) of a public institution. */
  static String credit(String division, int number) {
    String body = "12" + division + organisation(number);
    int sum = 0;
    for (int i = 0; i < CREDIT.length; i++) {
      sum += CREDIT[i] * CREDIT_ALPHABET.indexOf(body.charAt(i));
    }
    return body + CREDIT_ALPHABET.charAt((31 - sum % 31) % 31);
  }

  /**
   * A telephone number of eleven digits. Mobile numbers begin with 13 to 19 and area codes with 0;
   * none begins with 12.
   */
  static String phone(int range, int number) {
    return "12" + range + padded(number, 8);
  }

  /**
   * A resident's place in a series of numbers that one institution gives, seven digits. Each series
   * has its own order, and no two residents share a place.
   *
   * @param series of which the number is
   */
  static String inSeries(String series, int resident) {
    CRC32 crc = new CRC32();
    crc.update(series.getBytes(StandardCharsets.UTF_8));
    long step = crc.getValue() % 1_000_000 * 10 + 1 + 2 * (crc.getValue() % 2);
    return padded((resident * step + crc.getValue() / 7) % 10_000_000, 7);
  }

  static String padded(long number, int digits) {
    return String.format(Locale.ROOT, "%0" + digits + "d", number);
  }
}
