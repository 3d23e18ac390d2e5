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
 * Opens connections that are used once. With {@code sslmode=prefer} and a server without TLS, the
 * driver opens a second connection, and each costs PostgreSQL a process; so servers without TLS are
 * remembered for a minute.
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
   * @throws DatabaseUnavailable if it does not open within {@code timeout}
   */
  public PgConnection open(PgConnectOptions options, Duration timeout) {
    return Database.open(connect(options), timeout);
  }

  /**
   * Logs in, runs one query and logs out.
   *
   * @param timeout for the login, and again for the query
   * @throws SqlError if PostgreSQL refuses
   * @throws DatabaseUnavailable if the server does not respond in time
   */
  public RowSet<Row> ask(PgConnectOptions options, String query, Duration timeout) {
    return Database.await(
        connect(options)
            .compose(
                connection ->
                    Database.awaitLast(connection, connection.query(query).execute(), timeout)),
        timeout.multipliedBy(2));
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
