package io.tenantry.tenant.cluster;

import io.tenantry.kernel.db.SqlErrors;
import io.tenantry.kernel.migration.MigrationScript.Statement;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.sqlscript.FlywaySqlScriptException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Why a migration failed: the message of PostgreSQL or Flyway, without the statement.
 *
 * @param line the line in the file; empty if no statement of the file failed
 */
record FailureReason(Optional<Integer> line, String reason) {

  /** SQLSTATEs of insufficient resources and of a server that shuts down. */
  private static final Pattern SERVER_FAILURE = Pattern.compile("53|57P");

  private static final int MAX_LENGTH = 500;

  static FailureReason of(Throwable failure) {
    Optional<Statement> at = Optional.empty();
    String flyway = "";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FlywaySqlScriptException script) {
        at =
            Optional.of(
                new Statement(script.getLineNumber(), script.getStatement(), Optional.empty()));
      } else if (cause instanceof StatementFailed failed) {
        at = failed.statement();
      } else if (cause instanceof PSQLException refusal) {
        return of(refusal, at);
      } else if (cause instanceof FlywayException) {
        flyway = String.valueOf(cause.getMessage());
      }
    }
    String first = flyway.lines().findFirst().orElse("cannot be run by Flyway");
    return new FailureReason(
        Optional.empty(), "fails: " + first.substring(0, Math.min(first.length(), MAX_LENGTH)));
  }

  /**
   * Throws failures that the file did not cause: a lost connection, or a server without resources.
   *
   * @throws io.tenantry.kernel.db.DatabaseUnavailable if the connection was lost
   * @throws io.tenantry.kernel.db.SqlError if the server lacks resources
   */
  static void rethrowServerFailure(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PSQLException refusal && isServerFailure(refusal)) {
        throw SqlErrors.of(refusal);
      }
    }
  }

  /** The driver also closes a connection because of a setting that it does not support. */
  private static boolean isServerFailure(PSQLException refusal) {
    return refusal.getServerErrorMessage() == null
        ? refusal.getCause() instanceof IOException
        : SERVER_FAILURE.matcher(String.valueOf(refusal.getSQLState())).lookingAt();
  }

  private static FailureReason of(PSQLException refusal, Optional<Statement> at) {
    ServerErrorMessage message = refusal.getServerErrorMessage();
    Optional<Integer> line =
        at.map(s -> s.lineAt(message == null ? 1 : Math.max(message.getPosition(), 1)));
    return new FailureReason(
        line,
        message == null
            // An error of the driver, or a lost connection.
            ? "fails: " + refusal.getMessage()
            : "fails: %s (SQLSTATE %s)".formatted(message.getMessage(), message.getSQLState()));
  }

  /**
   * The error message for the file.
   *
   * @param subject the text before the reason
   */
  String inFile(String subject) {
    return line.map("line %d: "::formatted).orElse("") + subject + reason;
  }
}
