package io.tenantry.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every client of PostgreSQL protects its connections alike, and as libpq means it. */
@Tag("P13")
@Tag("F16")
class ServerTlsTest {

  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBejCCAR+gAwIBAgIUXEQMsuzGZtDqO2di0DtGFKPLHDUwCgYIKoZIzj0EAwIw
      ETEPMA0GA1UEAwwGYSB0ZXN0MCAXDTI2MTEyOTAwMDQ1NloYDzIxMjYxMTA1MDAw
      NDU2WjARMQ8wDQYDVQQDDAZhIHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
      AAS/xQU2Ia5rQWfHnbedFQkNqlihAskyCpD9s4j7EwBtFLPA1pYl4gHtWX/pzNcu
      Ic4uOB9H3uA5KOJFo9b24mFzo1MwUTAdBgNVHQ4EFgQUHf1RVLlUM7KQLAoFO/lD
      /mHyRz8wHwYDVR0jBBgwFoAUHf1RVLlUM7KQLAoFO/lD/mHyRz8wDwYDVR0TAQH/
      BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA9QI0y4pbvw6YIREUV5oGD/5WCCqA
      08g6UHvBlOHRlvgCIQCE8f+g9BAd6KIWamGlwILxoLx6Fi5LQMgMISYdveNgSg==
      -----END CERTIFICATE-----
      """;

  @ParameterizedTest
  @CsvSource({"verify-ca, ''", "verify-full, HTTPS"})
  void checksTheServerWhereTheModeDemandsIt(String mode, String hostNameCheck) {
    PgConnectOptions options = login(mode, Optional.of(CERTIFICATE)).reactive();

    assertThat(options.getSslMode()).isEqualTo(SslMode.of(mode));
    assertThat(options.isTrustAll()).isFalse();
    assertThat(options.getTrustOptions()).isNotNull();
    assertThat(options.getHostnameVerificationAlgorithm()).isEqualTo(hostNameCheck);
  }

  @ParameterizedTest
  @ValueSource(strings = {"disable", "allow", "prefer", "require"})
  void acceptsAnyCertificateUnlessModeVerifies(String mode) {
    PgConnectOptions options = login(mode, Optional.empty()).reactive();

    assertThat(options.getSslMode()).isEqualTo(SslMode.of(mode));
    assertThat(options.isTrustAll()).isTrue();
    assertThat(login(mode, Optional.empty()).environment())
        .containsEntry("PGSSLMODE", mode)
        .doesNotContainKey("PGSSLROOTCERT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"disable", "allow", "prefer", "require"})
  void refusesCertificatesThatNothingWouldCheck(String mode) {
    assertThatThrownBy(() -> ServerTls.of(mode, Optional.of(CERTIFICATE)))
        .isInstanceOf(ServerTls.InvalidServerTls.class)
        .hasMessageContaining("not checked with " + mode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify-ca", "verify-full"})
  void refusesToCheckAgainstNothing(String mode) {
    assertThatThrownBy(() -> ServerTls.of(mode, Optional.empty()))
        .isInstanceOf(ServerTls.InvalidServerTls.class)
        .hasMessageContaining(mode);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                                        | no certificate",
        "no PEM                                                                    | no certificate",
        "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----            | cannot be read",
        "-----BEGIN EC PRIVATE KEY-----\\nAAAA\\n-----END EC PRIVATE KEY-----      | private key"
      })
  void refusesWhatIsNoCertificate(String pem, String reason) {
    assertThatThrownBy(() -> ServerTls.of("verify-full", Optional.of(pem.replace("\\n", "\n"))))
        .isInstanceOf(ServerTls.InvalidServerTls.class)
        .hasMessageContaining(reason);
  }

  @Test
  void keepsTheCertificatesAlone() {
    ServerTls tls = ServerTls.of("verify-ca", Optional.of("# ours\n" + CERTIFICATE + CERTIFICATE));

    assertThat(tls.rootCertificates()).contains(CERTIFICATE + CERTIFICATE);
  }

  @Test
  void givesProgramsAFileThatOthersCannotReadOrChange() throws IOException {
    PostgresLogin login = login("verify-full", Optional.of(CERTIFICATE));
    Map<String, String> environment = login.environment();
    Path file = Path.of(environment.get("PGSSLROOTCERT"));

    assertThat(environment).containsEntry("PGSSLMODE", "verify-full");
    assertThat(login.jdbc())
        .containsEntry("sslmode", "verify-full")
        .containsEntry("sslrootcert", file.toString());
    assertThat(file).hasContent(CERTIFICATE);
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(permissions(file.getParent())).isEqualTo("rwx------");
  }

  @Test
  void writesTheFileAgainWhenItIsGone() throws IOException {
    Path file = tls().rootCertificateFile().orElseThrow();
    Files.delete(file);

    assertThat(tls().rootCertificateFile().orElseThrow()).hasContent(CERTIFICATE);
  }

  private static ServerTls tls() {
    return ServerTls.of("verify-ca", Optional.of(CERTIFICATE));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static PostgresLogin login(String mode, Optional<String> certificates) {
    return new PostgresLogin(
        "db.example", 5432, "a", "tenant", "secret", ServerTls.of(mode, certificates));
  }

  @Test
  void printsNoPassword() {
    assertThat(login("prefer", Optional.empty())).asString().doesNotContain("secret");
  }
}
