package io.tenantry.kernel.recovery;

import io.tenantry.kernel.db.Database;
import jakarta.inject.Singleton;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/**
 * A number that tenant-service increments in the control database every few seconds, and that is
 * copied to every place where Tenantry stores data. If a copy is higher than the number in the
 * control database, the control database was restored from a backup.
 */
@Singleton
public final class Generation {

  private static final Logger LOG = Logger.getLogger(Generation.class);

  private final Database database;
  private final RecoveryMode mode;

  Generation(Database database, RecoveryMode mode) {
    this.database = database;
    this.mode = mode;
  }

  /**
   * Starts recovery mode, for all replicas of all services, if the control database is older.
   *
   * @param place where the generation was found, worded as the start of a sentence
   * @param seen the highest generation that was stored there
   */
  public void compare(String place, long seen) {
    boolean started =
        database.one(
            row -> row.getBoolean(0),
            "SELECT control_plane.report_generation($1, $2)",
            place,
            seen);
    mode.forget();
    if (started) {
      LOG.errorf(
          "recovery mode started; nothing is claimed, dropped or deleted: %s",
          mode.state().reason());
    }
  }

  /**
   * The current generation, to be copied elsewhere; empty in recovery mode, and while the control
   * database has none.
   */
  public OptionalLong current() {
    RecoveryMode.State state = mode.state();
    return state.active() ? OptionalLong.empty() : state.generation();
  }
}
