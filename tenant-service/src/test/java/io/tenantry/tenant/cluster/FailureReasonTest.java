package io.tenantry.tenant.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.migration.MigrationScript.Statement;
import java.io.IOException;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/** Why a migration failed, with the line, and without the statement. */
@Tag("F3")
class FailureReasonTest {

  private static PSQLException refusal(String sqlState, String message, int position) {
    return new PSQLException(
        new ServerErrorMessage("SERROR\0C%s\0M%s\0P%d\0\0".formatted(sqlState, message, position)));
  }

  private static FailureReason of(String sql, PSQLException refusal) {
    return FailureReason.of(
        new IllegalStateException(
            new StatementFailed(
                "V1__a.sql", Optional.of(new Statement(10, sql, Optional.empty())), refusal)));
  }

  @Test
  void namesTheLineOfThePositionInTheFile() {
    FailureReason reason =
        of(
            "SELECT secret,\n  1\nFROM nowhere",
            refusal("42P01", "relation \"nowhere\" does not exist", 25));

    assertThat(reason.inFile("it "))
        .isEqualTo("line 12: it fails: relation \"nowhere\" does not exist (SQLSTATE 42P01)");
  }

  @Test
  void namesTheLineOfTheStatementIfThereIsNoPosition() {
    assertThat(of("\nSELECT 1", refusal("22012", "division by zero", 0)).line()).contains(10);
  }

  @Test
  void namesNoLineIfNoStatementOfTheFileFailed() {
    FailureReason reason =
        FailureReason.of(
            new StatementFailed("V1__a.sql", Optional.empty(), refusal("23503", "violated", 0)));

    assertThat(reason.inFile("it ")).isEqualTo("it fails: violated (SQLSTATE 23503)");
  }

  @Test
  void quotesTheFirstLineOfFlywaysReason() {
    FailureReason reason =
        FailureReason.of(new FlywayException("Found more than one migration\nOffenders:\n-> V1"));

    assertThat(reason.inFile("it ")).isEqualTo("it fails: Found more than one migration");
  }

  @Test
  void quotesNoLongReasonOfFlyway() {
    assertThat(FailureReason.of(new FlywayException("x".repeat(2000))).reason())
        .hasSizeLessThan(600);
  }

  @ParameterizedTest
  @ValueSource(strings = {"53100", "53300", "57P01", "57P03"})
  void doesNotBlameAFileForTheServer(String sqlState) {
    assertThatThrownBy(
            () ->
                FailureReason.rethrowServerFailure(
                    new FlywayException("failed", refusal(sqlState, "no room", 0))))
        .isInstanceOfAny(SqlError.class, DatabaseUnavailable.class);
  }

  @Test
  void doesNotBlameAFileForALostConnection() {
    PSQLException lost =
        new PSQLException("broken pipe", PSQLState.CONNECTION_FAILURE, new IOException());

    assertThatThrownBy(
            () -> FailureReason.rethrowServerFailure(new FlywayException("failed", lost)))
        .isInstanceOf(DatabaseUnavailable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"42601", "57014", "55P04"})
  void blamesAFileForItsOwnErrors(String sqlState) {
    assertThatCode(
            () ->
                FailureReason.rethrowServerFailure(
                    new FlywayException("failed", refusal(sqlState, "wrong", 0))))
        .doesNotThrowAnyException();
  }
}
