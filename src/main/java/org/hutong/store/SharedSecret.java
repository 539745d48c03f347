package org.hutong.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * What all servers over one database know, and nobody else: derived from the database's password
 * and from the number that PostgreSQL drew when it was set up. It survives restarts and needs no
 * place of its own.
 */
@Component
public class SharedSecret {
  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] root;

  SharedSecret(Database database, JdbcTemplate jdbc) {
    DatabaseAddress address = database.address();
    String drawn =
        jdbc.queryForObject(
            "select system_identifier::text from pg_control_system()", String.class);
    this.root = mac((drawn + " " + address.password()).getBytes(StandardCharsets.UTF_8), "hutong");
  }

  /**
   * A key of 32 bytes.
   *
   * @param purpose keys of different purposes tell nothing of each other
   */
  public byte[] key(String purpose) {
    return mac(root, purpose);
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java lacks " + ALGORITHM, e);
    }
  }
}
