package io.tenantry.kernel.migration;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Timeouts that a migration cannot exceed, whatever it sets itself.
 *
 * @param lock the lock timeout of a statement
 * @param statement the statement timeout
 */
public record ScriptLimits(Duration lock, Duration statement) {

  private static final Set<String> MAY_RUN_ANYTHING =
      Set.of("DO", "CALL", "SELECT", "WITH", "VALUES", "EXECUTE", "RESET", "DISCARD", "FETCH");

  private static final Pattern TIMEOUT = Pattern.compile("timeout", Pattern.CASE_INSENSITIVE);

  /** Whether a statement may change the limits. */
  static boolean mayChangeLimits(String sql) {
    return TIMEOUT.matcher(sql).find() || MAY_RUN_ANYTHING.contains(SqlWords.of(sql).word(0));
  }

  /**
   * A statement that lowers the timeouts of a session with {@link #settings} to these limits; lower
   * ones are not changed.
   *
   * @param local whether it applies to the transaction instead of the session
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

  /** Settings for the login of a session, which a RESET in a script does not change. */
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
