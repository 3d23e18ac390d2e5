package io.tenantry.kernel.cluster;

import static com.ongres.scram.common.ScramMechanism.SCRAM_SHA_256;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.StringPreparation;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Creates the verifier that PostgreSQL stores in place of a password (RFC 5803). CREATE ROLE gets
 * the verifier, so that the password appears in no statement and no log.
 */
public final class ScramVerifier {

  /** PostgreSQL's default, and the minimum of RFC 7677. */
  private static final int ITERATIONS = 4096;

  private static final int SALT_BYTES = 16;

  private ScramVerifier() {}

  /** The verifier of a password, with a random salt. */
  public static String of(String password, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] salted =
        ScramFunctions.saltedPassword(
            SCRAM_SHA_256,
            StringPreparation.POSTGRESQL_PREPARATION,
            password.toCharArray(),
            salt,
            ITERATIONS);
    byte[] storedKey =
        ScramFunctions.storedKey(SCRAM_SHA_256, ScramFunctions.clientKey(SCRAM_SHA_256, salted));
    byte[] serverKey = ScramFunctions.serverKey(SCRAM_SHA_256, salted);
    Base64.Encoder base64 = Base64.getEncoder();
    return "SCRAM-SHA-256$%d:%s$%s:%s"
        .formatted(
            ITERATIONS,
            base64.encodeToString(salt),
            base64.encodeToString(storedKey),
            base64.encodeToString(serverKey));
  }
}
