package io.tenantry.kernel.db;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The settings that this system's sessions rely on. They are sent with every login, and so count
 * more than what ALTER ROLE or ALTER DATABASE set: a tenant may set anything for its roles.
 *
 * <p>Not among them, as no two uses agree: {@code search_path}, which who logs in adds, and what
 * decides how a tenant's own triggers and defaults work, such as {@code TimeZone}. Nor what only a
 * superuser may set.
 */
public final class SessionSettings {

  /** PostgreSQL's defaults, whatever the server, the database or the role has. */
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          // Whether and for how long a session may work. Who wants a limit adds it.
          Map.entry("statement_timeout", "0"),
          Map.entry("lock_timeout", "0"),
          Map.entry("idle_session_timeout", "0"),
          Map.entry("idle_in_transaction_session_timeout", "0"),
          Map.entry("tcp_user_timeout", "0"),
          Map.entry("exit_on_error", "off"),
          // A library that does not exist would refuse the login.
          Map.entry("local_preload_libraries", ""),
          // What transactions are, and that what is committed is on disk.
          Map.entry("default_transaction_read_only", "off"),
          Map.entry("default_transaction_isolation", "read committed"),
          Map.entry("default_transaction_deferrable", "off"),
          Map.entry("synchronous_commit", "on"),
          // What statements mean.
          Map.entry("standard_conforming_strings", "on"),
          Map.entry("transform_null_equals", "off"),
          Map.entry("array_nulls", "on"),
          Map.entry("row_security", "on"),
          // What values and definitions look like as text.
          Map.entry("DateStyle", "ISO"),
          Map.entry("IntervalStyle", "postgres"),
          Map.entry("bytea_output", "hex"),
          Map.entry("quote_all_identifiers", "off"),
          Map.entry("client_min_messages", "warning"));

  /** The first version with this setting; an older server refuses a login that names it. */
  private static final int WITH_TRANSACTION_TIMEOUT = 17;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private SessionSettings() {}

  /** The settings, and more or other ones. */
  static Map<String, String> with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(SETTINGS);
    all.putAll(more);
    return all;
  }

  /**
   * The settings as the value of {@code PGOPTIONS} or of the JDBC driver's {@code options}.
   *
   * @param more further settings, or other values
   */
  public static String options(Map<String, String> more) {
    return with(more).entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue())
        // Spaces within one are escaped.
        .map(setting -> "-c " + setting.replace("\\", "\\\\").replace(" ", "\\ "))
        .collect(Collectors.joining(" "));
  }

  /**
   * Sets, in a session that has just logged in, what cannot be sent to every version. A session
   * that does not take it is closed.
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
