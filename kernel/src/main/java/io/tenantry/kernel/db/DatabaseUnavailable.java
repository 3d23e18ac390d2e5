package io.tenantry.kernel.db;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** A PostgreSQL server could not be reached, is shutting down or starting, or did not respond. */
public final class DatabaseUnavailable extends TenantryException {

  private static final long serialVersionUID = 1L;

  /** The reason if the client reports none. */
  static final String HANDSHAKE_FAILED = "the handshake failed; the log of the service may say why";

  private final String reason;
  private final Throwable origin;

  /** Empty if the server is not a cluster, or not known. */
  private final String cluster;

  /**
   * For a server without a name.
   *
   * @param reason what was observed, for the log
   */
  public DatabaseUnavailable(String reason, Throwable cause) {
    this(
        ErrorCode.DATABASE_UNAVAILABLE,
        "PostgreSQL is unavailable at the moment; try again later.",
        reason,
        cause,
        "");
  }

  private DatabaseUnavailable(
      ErrorCode code, String detail, String reason, Throwable origin, String cluster) {
    super(code, detail, new IOException(reason, origin));
    this.reason = reason;
    this.origin = origin;
    this.cluster = cluster;
  }

  /**
   * TLS with the server failed.
   *
   * @param reason for the caller
   */
  static DatabaseUnavailable becauseOfTls(String reason, Throwable cause) {
    return new DatabaseUnavailable(
        ErrorCode.DATABASE_TLS_FAILED,
        "TLS with PostgreSQL failed: " + reason + ".",
        reason,
        cause,
        "");
  }

  /** This error for a server that is a registered cluster. */
  public DatabaseUnavailable at(String name) {
    return new DatabaseUnavailable(
        code(),
        code() == ErrorCode.DATABASE_TLS_FAILED
            ? "TLS with the PostgreSQL cluster %s failed: %s.".formatted(name, reason)
            : "The PostgreSQL cluster %s is unavailable at the moment; try again later."
                .formatted(name),
        reason,
        origin,
        name);
  }

  /** Whether it is this cluster that is unavailable. */
  public boolean isOf(String name) {
    return cluster.equals(name);
  }

  /** Whether the reason is known. */
  public boolean isExplained() {
    return isAnswer()
        || (code() == ErrorCode.DATABASE_TLS_FAILED && !reason.equals(HANDSHAKE_FAILED));
  }

  /**
   * Whether PostgreSQL itself reported it: it is starting, shutting down, or has no free
   * connection.
   */
  private boolean isAnswer() {
    return origin instanceof PgException;
  }

  /** What was observed, in a few words and without secrets. */
  public String reason() {
    return reason;
  }

  /** The message of a failure for the log, including the reason if a server was unavailable. */
  public static String logged(RuntimeException failure) {
    return failure instanceof DatabaseUnavailable away
        ? "%s (%s)".formatted(away.getMessage(), away.reason())
        : String.valueOf(failure.getMessage());
  }

  /** Whether the timeout passed without an answer. */
  boolean isTimeout() {
    return origin instanceof TimeoutException;
  }
}
