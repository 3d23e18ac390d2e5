package io.tenantry.tenant.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlErrors;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the failure of a login becomes an error that names its reason and no secret. */
@Tag("L3")
class AccessFailureReasonTest {

  private static final String PASSWORD = "the-admins-password";

  private static ClusterAccess access(int port, String sslMode) {
    return new ClusterAccess(
        "new",
        "eu-west-1",
        "127.0.0.1",
        port,
        "postgres",
        "admin",
        PASSWORD,
        sslMode,
        Optional.empty(),
        Optional.empty());
  }

  private static TenantryException refusal(String message, String sqlState) {
    return AccessFailure.of(
        access(5432, "prefer"), SqlErrors.of(new PgException(message, "FATAL", sqlState, null)));
  }

  @ParameterizedTest
  @CsvSource({
    "28P01, password authentication failed",
    "28000, pg_hba.conf rejects connection",
    "3D000, database does not exist",
    "42501, permission denied for database",
  })
  void quotesWhyPostgresqlRefusesTheLogin(String sqlState, String message) {
    TenantryException failure = refusal(message, sqlState);

    assertThat(failure.code()).isEqualTo(ErrorCode.CLUSTER_UNUSABLE);
    assertThat(failure)
        .hasMessage(
            "127.0.0.1:5432: PostgreSQL refuses the admin's login: %s (SQLSTATE %s)."
                .formatted(message, sqlState));
  }

  @Test
  void saysWhereMissingRightsAreDescribed() {
    assertThat(refusal("must be superuser", "55000"))
        .hasMessageContaining(
            "PostgreSQL refuses the admin's statements: must be superuser (SQLSTATE 55")
        .hasMessageContaining("see deploy/postgres/tenant-cluster.sql");
  }

  @Test
  void quotesOneShortLineOfWhatAServerSays() {
    String message = "first\r\nsecond\u0007" + "x".repeat(1000);

    assertThat(refusal(message, "28000").getMessage())
        .contains("first second x")
        .contains("x…")
        .hasSizeLessThan(400);
  }

  /** PostgreSQL itself said why: it starts, or has no connection left. */
  @Test
  void doesNotProbeAServerThatHasExplainedItself() {
    RuntimeException starting =
        SqlErrors.of(new PgException("the database system is starting up", "FATAL", "57P03", null));

    TenantryException failure = AccessFailure.of(access(1, "prefer"), starting);

    assertThat(failure.code()).isEqualTo(ErrorCode.CLUSTER_UNUSABLE);
    assertThat(failure).hasMessage("127.0.0.1:1: the database system is starting up.");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP, require, CLUSTER_UNUSABLE, the server is not PostgreSQL",
    "ENDS_LOGIN, prefer, CLUSTER_UNUSABLE, the server closes the connection during the login",
    "NO_TLS, require, CLUSTER_TLS_FAILED, the TLS handshake fails: ",
    "NO_TLS, prefer, CLUSTER_UNUSABLE, the server closes the connection during the login",
  })
  void probesAServerThatOnlyEndedTheConnection(
      Stranger stranger, String sslMode, ErrorCode code, String reason) throws IOException {
    try (ServerSocket server = stranger.start()) {
      TenantryException failure =
          AccessFailure.of(
              access(server.getLocalPort(), sslMode),
              new DatabaseUnavailable("connection lost", new IOException()));

      assertThat(failure.code()).isEqualTo(code);
      assertThat(failure.getMessage())
          .startsWith("127.0.0.1:" + server.getLocalPort() + ": " + reason)
          .doesNotContain(PASSWORD);
    }
  }

  @Test
  void doesNotExplainAFailureOfOurs() {
    RuntimeException failure = new IllegalStateException("a bug");

    assertThatThrownBy(() -> AccessFailure.of(access(5432, "prefer"), failure)).isSameAs(failure);
  }
}
