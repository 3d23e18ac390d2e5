package io.tenantry.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The plans of the services' own queries on the control database, with times and buffers, from
 * PostgreSQL's log. The module auto_explain writes them while it is enabled.
 */
final class SlowQueries {

  /** The lines of a plan start with a tab. */
  private static final Pattern PLAN =
      Pattern.compile("LOG:  duration: ([0-9.]+) ms  plan:\n((?:\t.*\n)+)");

  private static final String MIN_MILLISECONDS = "1";

  private final Queries queries;

  private SlowQueries(Queries queries) {
    this.queries = queries;
  }

  /** Loads the module in sessions that the services open from now on; it writes nothing yet. */
  static SlowQueries prepare(Queries queries) throws SQLException {
    for (String role : new String[] {"tenant_service", "ingestion_service", "backup_service"}) {
      queries.execute("ALTER ROLE " + role + " SET session_preload_libraries = 'auto_explain'");
    }
    return new SlowQueries(queries);
  }

  /** The plan of the slowest query during the work; empty if all are quick. */
  Optional<String> of(Statistics.Work work) throws Exception {
    Path log = queries.stack().postgres().log();
    enable(true);
    long start = Files.size(log);
    try {
      work.run();
    } finally {
      enable(false);
    }
    byte[] all = Files.readAllBytes(log);
    String text = new String(all, (int) start, (int) (all.length - start), StandardCharsets.UTF_8);
    return PLAN.matcher(text)
        .results()
        .max(Comparator.comparingDouble(found -> Double.parseDouble(found.group(1))))
        .map(SlowQueries::plan);
  }

  private static String plan(MatchResult found) {
    return found.group(1) + " ms\n" + found.group(2);
  }

  private void enable(boolean enabled) throws Exception {
    queries.execute(
        "LOAD 'auto_explain'",
        setting("log_min_duration", enabled ? MIN_MILLISECONDS : "-1"),
        setting("log_analyze", "on"),
        setting("log_buffers", "on"),
        "SELECT pg_reload_conf()");
    // Sessions read the new setting before their next statement.
    Thread.sleep(200);
  }

  private static String setting(String name, String value) {
    return "ALTER SYSTEM SET auto_explain.%s = '%s'".formatted(name, value);
  }
}
