package io.tenantry.tenant.recovery;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.cluster.GenerationCheck;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/** The control database's generation, and what follows if a cluster has seen a higher one. */
@Singleton
final class Generations implements GenerationCheck {

  private static final Logger LOG = Logger.getLogger(Generations.class);

  private final Database database;
  private final RecoveryMode mode;

  Generations(Database database, RecoveryMode mode) {
    this.database = database;
    this.mode = mode;
  }

  @Override
  public void compare(String cluster, OptionalLong onCluster) {
    if (onCluster.isPresent() && onCluster.getAsLong() > current()) {
      start(
          "The cluster %s has seen generation %d, and the control database is at %d: it was restored from a backup."
              .formatted(cluster, onCluster.getAsLong(), current()));
    }
  }

  @Override
  public void requireNormal() {
    mode.requireNormal();
  }

  /** Starts recovery mode, for all replicas of all services. */
  void start(String reason) {
    boolean started =
        database
                .run(
                    """
                    UPDATE control_plane.installation
                    SET recovery_since = now(), recovery_reason = $1
                    WHERE recovery_since IS NULL
                    """,
                    reason)
                .rowCount()
            == 1;
    mode.forget();
    if (started) {
      LOG.errorf("recovery mode started; nothing is claimed, dropped or deleted: %s", reason);
    }
  }

  private long current() {
    return first("SELECT generation FROM control_plane.installation");
  }

  /** Raises the generation; empty in recovery mode. */
  OptionalLong raise() {
    for (Row row :
        database.run(
            """
            UPDATE control_plane.installation
            SET generation = generation + 1
            WHERE recovery_since IS NULL
            RETURNING generation
            """)) {
      return OptionalLong.of(row.getLong(0));
    }
    return OptionalLong.empty();
  }

  private long first(String query) {
    return database.run(query).iterator().next().getLong(0);
  }
}
