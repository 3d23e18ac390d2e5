package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest.Setting;
import io.tenantry.kernel.db.SqlError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The settings of ALTER DATABASE and ALTER ROLE … IN DATABASE, which are not part of a database's
 * dump.
 */
final class DatabaseSettings {

  private static final Logger LOG = Logger.getLogger(DatabaseSettings.class);

  /** Settings that are lists of separately quoted names, as in pg_dump. */
  private static final Set<String> LISTS =
      Set.of(
          "local_preload_libraries",
          "search_path",
          "session_preload_libraries",
          "shared_preload_libraries",
          "temp_tablespaces",
          "unix_socket_directories");

  private static final String SELECT =
      """
      SELECT role.rolname, split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)
      FROM pg_catalog.pg_database d
      JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = d.oid
      CROSS JOIN unnest(s.setconfig) setting
      LEFT JOIN pg_catalog.pg_roles role ON role.oid = s.setrole
      WHERE d.datname = $1
      ORDER BY 1 NULLS FIRST, 2
      """;

  private DatabaseSettings() {}

  /** Reads the settings of a database. */
  static List<Setting> of(Session session, String database) {
    return session.list(
        row ->
            new Setting(Optional.ofNullable(row.getString(0)), row.getString(1), row.getString(2)),
        SELECT,
        database);
  }

  /** Returns the settings that the session's role may not set. */
  static List<Setting> refused(Session session, List<Setting> settings) {
    Set<String> permitted =
        Set.copyOf(
            session.list(
                row -> row.getString(0),
                """
                SELECT wanted.name
                FROM unnest($1::text[]) AS wanted (name)
                WHERE has_parameter_privilege(wanted.name, 'SET')
                  OR EXISTS (
                    SELECT
                    FROM pg_catalog.pg_settings
                    WHERE pg_settings.name = wanted.name
                      AND context = 'user'
                  )
                """,
                (Object) settings.stream().map(Setting::name).distinct().toArray(String[]::new)));
    return settings.stream().filter(setting -> !permitted.contains(setting.name())).toList();
  }

  /**
   * Sets exactly these settings for a database.
   *
   * @return the settings that the session's role may not set
   */
  static List<Setting> apply(Session session, String database, List<Setting> wanted) {
    List<Setting> present = of(session, database);
    for (Setting setting : present) {
      if (!wanted.contains(setting)) {
        attempt(session, "%s RESET %s".formatted(target(database, setting), quote(setting.name())));
      }
    }
    List<Setting> refused = new ArrayList<>();
    for (Setting setting : wanted) {
      if (!present.contains(setting)
          && !attempt(
              session,
              "%s SET %s TO %s"
                  .formatted(target(database, setting), quote(setting.name()), valueOf(setting)))) {
        refused.add(setting);
      }
    }
    return refused;
  }

  private static boolean attempt(Session session, String statement) {
    try {
      session.execute(statement);
      return true;
    } catch (SqlError e) {
      LOG.infof("setting not copied; the restore continues without it: %s", e.getMessage());
      return false;
    }
  }

  private static String target(String database, Setting setting) {
    return setting
        .role()
        .map(role -> "ALTER ROLE %s IN DATABASE %s".formatted(quote(role), quote(database)))
        .orElseGet(() -> "ALTER DATABASE %s".formatted(quote(database)));
  }

  private static String valueOf(Setting setting) {
    if (!LISTS.contains(setting.name())) {
      return literal(setting.value());
    }
    List<String> elements = elements(setting.value());
    return elements.isEmpty()
        ? "''"
        : elements.stream().map(element -> literal(element)).collect(Collectors.joining(", "));
  }

  /** The names in a stored list: separated by commas, in double quotes where needed. */
  static List<String> elements(String list) {
    List<String> elements = new ArrayList<>();
    StringBuilder element = new StringBuilder();
    boolean quoted = false;
    boolean any = false;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '"') {
        boolean doubled = quoted && i + 1 < list.length() && list.charAt(i + 1) == '"';
        if (doubled) {
          element.append(c);
          i++;
        } else {
          quoted = !quoted;
          any = true;
        }
      } else if (quoted || (c != ',' && !Character.isWhitespace(c))) {
        element.append(c);
        any = true;
      } else if (c == ',') {
        elements.add(element.toString());
        element.setLength(0);
        any = false;
      }
    }
    if (any || !elements.isEmpty()) {
      elements.add(element.toString());
    }
    return elements;
  }
}
