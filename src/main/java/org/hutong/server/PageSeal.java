package org.hutong.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals the query of a page, so that a link can hold it and tell nobody: who searches by POST keeps
 * names and numbers out of URLs, and the link to the next page must not put them back.
 */
final class PageSeal {
  /** The one parameter of a sealed link. */
  static final String PARAMETER = "_page";

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  /** The longest query that is opened: what is taken in was sealed here, and is not longer. */
  private static final int LONGEST = 1 << 20;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param key 32 bytes
   */
  PageSeal(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  /**
   * Seals a query for one type.
   *
   * @param query percent-encoded
   */
  String seal(String type, String query) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
        deflater.write(query.getBytes(StandardCharsets.UTF_8));
      }
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, type, nonce).doFinal(packed.toByteArray());
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java lacks " + CIPHER, e);
    }
  }

  /** The query; null when it was not sealed by this exchange, or for another type. */
  @Nullable String open(String type, String token) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      if (bytes.length <= NONCE) {
        return null;
      }
      byte[] nonce = Arrays.copyOf(bytes, NONCE);
      byte[] packed =
          cipher(Cipher.DECRYPT_MODE, type, nonce).doFinal(bytes, NONCE, bytes.length - NONCE);
      try (InflaterInputStream inflater =
          new InflaterInputStream(new ByteArrayInputStream(packed))) {
        return new String(inflater.readNBytes(LONGEST), StandardCharsets.UTF_8);
      }
    } catch (IllegalArgumentException | GeneralSecurityException | IOException notOurs) {
      return null;
    }
  }

  private Cipher cipher(int mode, String type, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, 0, NONCE));
    cipher.updateAAD(type.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
