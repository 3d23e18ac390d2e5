package io.tenantry.tenant.recovery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.recovery.Generation;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.cluster.GenerationCheck;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.OptionalLong;

/** Raises the control database's generation, and compares it with the generations on clusters. */
@Singleton
final class Generations implements GenerationCheck {

  private final Database database;
  private final Generation generation;
  private final RecoveryMode mode;

  Generations(Database database, Generation generation, RecoveryMode mode, MeterRegistry meters) {
    this.database = database;
    this.generation = generation;
    this.mode = mode;
    Gauge.builder("tenantry.recovery.active", () -> mode.active() ? 1 : 0)
        .description("Whether recovery mode is on")
        .register(meters);
  }

  @Override
  public void compare(String cluster, OptionalLong onCluster) {
    onCluster.ifPresent(seen -> generation.compare("The cluster " + cluster, seen));
  }

  @Override
  public void requireNormal() {
    mode.requireNormal();
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
}
