package io.tenantry.kernel.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens connections that are used once. With {@code sslmode=prefer} the driver asks a server that
 * has no TLS over one connection and logs in over another, and each costs PostgreSQL a process; so
 * it is remembered for a while that a server has none.
 */
@Singleton
public final class Logins {

  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final Clock clock;
  private final Map<SocketAddress, Instant> plainUntil = new ConcurrentHashMap<>();

  Logins(Vertx vertx, Clock clock) {
    this.vertx = vertx;
    this.clock = clock;
  }

  /**
   * Logs in.
   *
   * @throws SqlError if PostgreSQL refuses the login
   * @throws DatabaseUnavailable if there is none within {@code patience}
   */
  public PgConnection open(PgConnectOptions options, Duration patience) {
    return Database.open(connect(options), patience);
  }

  /**
   * Logs in, asks one question and logs out.
   *
   * @param patience how long the login, and then the answer, is waited for
   * @throws SqlError if PostgreSQL refuses
   * @throws DatabaseUnavailable if there is no answer in time
   */
  public RowSet<Row> ask(PgConnectOptions options, String query, Duration patience) {
    return Database.await(
        connect(options)
            .compose(
                connection ->
                    Database.last(connection, connection.query(query).execute(), patience)),
        patience.multipliedBy(2));
  }

  private Future<PgConnection> connect(PgConnectOptions options) {
    return attempt(options)
        .compose(SessionSettings::complete)
        .recover(
            failure ->
                Future.failedFuture(
                    TlsFailures.of(failure, options.getHost(), options.getPort())
                        .<Throwable>map(tls -> tls)
                        .orElse(failure)));
  }

  private Future<PgConnection> attempt(PgConnectOptions options) {
    if (options.getSslMode() != SslMode.PREFER) {
      return PgConnection.connect(vertx, options);
    }
    SocketAddress server = options.getSocketAddress();
    if (clock.instant().isBefore(plainUntil.getOrDefault(server, Instant.MIN))) {
      return PgConnection.connect(vertx, new PgConnectOptions(options).setSslMode(SslMode.DISABLE));
    }
    return PgConnection.connect(vertx, options)
        .onSuccess(
            connection -> {
              if (!connection.isSSL()) {
                plainUntil.put(server, clock.instant().plus(REMEMBERED));
              }
            });
  }
}
