package io.tenantry.kernel.migration;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How long a migration may hold up others, whatever it sets itself.
 *
 * @param lock how long a statement may wait for a lock
 * @param statement how long a statement may take
 */
public record ScriptLimits(Duration lock, Duration statement) {

  private static final Set<String> MAY_RUN_ANYTHING =
      Set.of("DO", "CALL", "SELECT", "WITH", "VALUES", "EXECUTE", "RESET", "DISCARD", "FETCH");

  private static final Pattern TIMEOUT = Pattern.compile("timeout", Pattern.CASE_INSENSITIVE);

  /** Whether the limits may be others after a statement. */
  static boolean mayChangeLimits(String sql) {
    return TIMEOUT.matcher(sql).find() || MAY_RUN_ANYTHING.contains(SqlWords.of(sql).word(0));
  }

  /**
   * A statement that lowers the limits of a session with {@link #settings} to these; what is lower
   * already stays.
   *
   * @param local until the transaction ends, or else until the session does
   */
  public static String clamp(boolean local) {
    return """
    SELECT pg_catalog.set_config(name, most, %s)
    FROM (
      VALUES
        ('lock_timeout', pg_catalog.current_setting('tenantry.lock_timeout', true)),
        ('statement_timeout', pg_catalog.current_setting('tenantry.statement_timeout', true))
    ) AS limits (name, most)
    WHERE most <> ''
      AND coalesce(nullif(extract(epoch FROM pg_catalog.current_setting(name)::interval) * 1000, 0) > most::numeric, true);
    """
        .formatted(local);
  }

  /** Settings of a session at its login, which nothing that a script resets changes. */
  public Map<String, String> settings() {
    String locks = String.valueOf(lock.toMillis());
    String statements = String.valueOf(statement.toMillis());
    return Map.of(
        "lock_timeout", locks,
        "statement_timeout", statements,
        "tenantry.lock_timeout", locks,
        "tenantry.statement_timeout", statements);
  }
}
