package io.tenantry.kernel.db;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** A PostgreSQL server could not be reached, is shutting down or starting, or did not answer. */
public final class DatabaseUnavailable extends TenantryException {

  private static final long serialVersionUID = 1L;

  /** The reason where the client does not know why. */
  static final String HANDSHAKE_FAILED = "the handshake failed; the log of the service may say why";

  private final String reason;
  private final Throwable origin;

  /** Empty if it is none, or not known which. */
  private final String cluster;

  /**
   * That it is so.
   *
   * @param reason what was seen of it, for the log
   */
  public DatabaseUnavailable(String reason, Throwable cause) {
    this(
        ErrorCode.DATABASE_UNAVAILABLE,
        "PostgreSQL is not available at the moment.",
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
   * The server does not protect the connection as it must.
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

  /** The same of a server that is a registered cluster. */
  public DatabaseUnavailable at(String name) {
    return new DatabaseUnavailable(
        code(),
        code() == ErrorCode.DATABASE_TLS_FAILED
            ? "TLS with the PostgreSQL cluster %s failed: %s.".formatted(name, reason)
            : "The PostgreSQL cluster %s is not available at the moment.".formatted(name),
        reason,
        origin,
        name);
  }

  /** Whether it is this cluster that is unavailable. */
  public boolean isOf(String name) {
    return cluster.equals(name);
  }

  /** Whether the reason says more than that it failed. */
  public boolean isExplained() {
    return isAnswer()
        || (code() == ErrorCode.DATABASE_TLS_FAILED && !reason.equals(HANDSHAKE_FAILED));
  }

  /** Whether PostgreSQL itself said so: it starts, ends, or has no connection left. */
  private boolean isAnswer() {
    return origin instanceof PgException;
  }

  /** What was seen of it, in a few words and without secrets. */
  public String reason() {
    return reason;
  }

  /** The message of a failure for the log, with what was seen if a server was unavailable. */
  public static String logged(RuntimeException failure) {
    return failure instanceof DatabaseUnavailable away
        ? "%s (%s)".formatted(away.getMessage(), away.reason())
        : String.valueOf(failure.getMessage());
  }

  /** Whether nothing was heard of it as long as was waited. */
  boolean isSilence() {
    return origin instanceof TimeoutException;
  }
}
