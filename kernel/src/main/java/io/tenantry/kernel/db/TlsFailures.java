package io.tenantry.kernel.db;

import io.vertx.core.VertxException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Detects connection failures that are caused by TLS. */
final class TlsFailures {

  /** The reactive client distinguishes these only by their messages. */
  private static final String NO_TLS = "Postgres Server does not handle SSL connection";

  private static final String HANDSHAKE_FAILED = "SSL handshake failed";

  private TlsFailures() {}

  /** The error for the caller; empty if TLS is not the reason. */
  static Optional<DatabaseUnavailable> of(Throwable failure) {
    return reason(failure, Optional.empty())
        .map(reason -> DatabaseUnavailable.becauseOfTls(reason, failure));
  }

  /** {@link #of(Throwable)} for a connection to this server. */
  static Optional<DatabaseUnavailable> of(Throwable failure, String host, int port) {
    return reason(failure, CertificateCheck.refusal(host, port))
        .map(reason -> DatabaseUnavailable.becauseOfTls(reason, failure));
  }

  private static Optional<String> reason(Throwable failure, Optional<String> refusal) {
    if (NO_TLS.equals(failure.getMessage())) {
      return Optional.of("the server does not offer TLS");
    }
    boolean handshake =
        failure instanceof SSLException
            || (failure instanceof VertxException && HANDSHAKE_FAILED.equals(failure.getMessage()));
    return handshake
        ? Optional.of(refusal.orElse(DatabaseUnavailable.HANDSHAKE_FAILED))
        : Optional.empty();
  }
}
