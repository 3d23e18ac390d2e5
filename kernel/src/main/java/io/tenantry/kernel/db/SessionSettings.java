package io.tenantry.kernel.db;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The settings that Tenantry's sessions rely on. They are sent with every login and so override
 * ALTER ROLE and ALTER DATABASE: a tenant may set anything for its roles.
 *
 * <p>Not included: {@code search_path}, which callers add; settings that affect a tenant's own
 * triggers and defaults, such as {@code TimeZone}; and settings that only a superuser may change.
 */
public final class SessionSettings {

  /** PostgreSQL's defaults, which replace those of the server, the database and the role. */
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          // Timeouts of sessions. Callers that want a limit add it.
          Map.entry("statement_timeout", "0"),
          Map.entry("lock_timeout", "0"),
          Map.entry("idle_session_timeout", "0"),
          Map.entry("idle_in_transaction_session_timeout", "0"),
          Map.entry("tcp_user_timeout", "0"),
          // A client that lost power or its network: its session ends after a minute, with its
          // locks, instead of after two hours.
          Map.entry("tcp_keepalives_idle", "30"),
          Map.entry("tcp_keepalives_interval", "10"),
          Map.entry("tcp_keepalives_count", "3"),
          Map.entry("exit_on_error", "off"),
          // A missing library would make the login fail.
          Map.entry("local_preload_libraries", ""),
          // Transactions and their durability.
          Map.entry("default_transaction_read_only", "off"),
          Map.entry("default_transaction_isolation", "read committed"),
          Map.entry("default_transaction_deferrable", "off"),
          Map.entry("synchronous_commit", "on"),
          // The meaning of statements.
          Map.entry("standard_conforming_strings", "on"),
          Map.entry("transform_null_equals", "off"),
          Map.entry("array_nulls", "on"),
          Map.entry("row_security", "on"),
          // The text format of values and definitions.
          Map.entry("DateStyle", "ISO"),
          Map.entry("IntervalStyle", "postgres"),
          Map.entry("bytea_output", "hex"),
          Map.entry("quote_all_identifiers", "off"),
          Map.entry("client_min_messages", "warning"));

  /** The first version with this setting; older servers refuse a login that sets it. */
  private static final int WITH_TRANSACTION_TIMEOUT = 17;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private SessionSettings() {}

  /** The settings with additions and overrides. */
  static Map<String, String> with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(SETTINGS);
    all.putAll(more);
    return all;
  }

  /**
   * The settings as the value of {@code PGOPTIONS} or of the JDBC driver's {@code options}.
   *
   * @param more additional settings and overrides
   */
  public static String options(Map<String, String> more) {
    return with(more).entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue())
        // Spaces within a setting are escaped.
        .map(setting -> "-c " + setting.replace("\\", "\\\\").replace(" ", "\\ "))
        .collect(Collectors.joining(" "));
  }

  /**
   * Applies, right after the login, the settings that not every version accepts at login. If that
   * fails, the session is closed.
   */
  public static <C extends SqlConnection> Future<C> complete(C connection) {
    return connection.databaseMetadata().majorVersion() < WITH_TRANSACTION_TIMEOUT
        ? Future.succeededFuture(connection)
        : connection
            .query("SET transaction_timeout = 0")
            .execute()
            .timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .map(connection)
            .onFailure(failure -> Connections.drop(connection));
  }
}
