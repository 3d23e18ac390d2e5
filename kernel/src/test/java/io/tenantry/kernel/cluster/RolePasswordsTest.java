package io.tenantry.kernel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The passwords of Tenantry's roles, and what PostgreSQL is given in place of a password. */
@Tag("P13")
class RolePasswordsTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Computed with another implementation: every service and every version derives the same. */
  @Test
  void derivesThePasswordFromSecretAndName() {
    RoleSecret secret = new RoleSecret(Base64.getEncoder().encodeToString(new byte[32]));

    assertThat(secret.passwordOf("tenantry_dump"))
        .isEqualTo("pTIcE1QNeRkt4Fj3SxzHIjDwaWavoc83I_NZ-iVMHOY");
  }

  @Test
  void derivesAnotherPasswordForAnotherRoleOrSecret() {
    RoleSecret secret = RoleSecret.generate(RANDOM);

    assertThat(secret.passwordOf("a"))
        .isEqualTo(secret.passwordOf("a"))
        .isNotEqualTo(secret.passwordOf("b"))
        .isNotEqualTo(RoleSecret.generate(RANDOM).passwordOf("a"))
        .matches("[A-Za-z0-9_-]{43}");
  }

  @Test
  void doesNotPrintTheSecret() {
    RoleSecret secret = RoleSecret.generate(RANDOM);

    assertThat(secret.toString()).doesNotContain(secret.value());
  }

  /** The example of RFC 7677. */
  @Test
  void generatesVerifierOfRfc7677() {
    byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

    assertThat(ScramVerifier.of("pencil", giving(salt)))
        .isEqualTo(
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
                + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
                + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
  }

  @Test
  void givesEachVerifierItsOwnSalt() {
    assertThat(ScramVerifier.of("pencil", RANDOM)).isNotEqualTo(ScramVerifier.of("pencil", RANDOM));
  }

  private static SecureRandom giving(byte[] bytes) {
    return new SecureRandom() {
      private static final long serialVersionUID = 1L;

      @Override
      public void nextBytes(byte[] into) {
        System.arraycopy(bytes, 0, into, 0, into.length);
      }
    };
  }
}
