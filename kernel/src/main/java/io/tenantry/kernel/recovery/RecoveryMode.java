package io.tenantry.kernel.recovery;

import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.runtime.CachedValue;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recovery mode: the control database was found to be older than its clusters. In this mode nothing
 * is claimed, dropped or deleted. The state is cached for a second.
 */
@Singleton
public final class RecoveryMode {

  private static final Duration FRESHNESS = Duration.ofSeconds(1);

  /** Undefined column, undefined table, invalid schema name. */
  private static final Set<String> NOT_THERE = Set.of("42703", "42P01", "3F000");

  private static final State NORMAL = new State(null, null, null, OptionalLong.empty());

  private final Database database;
  private final CachedValue<State> state;

  RecoveryMode(Database database, Clock clock) {
    this.database = database;
    this.state = new CachedValue<>(NORMAL, FRESHNESS, clock, former -> read());
  }

  /**
   * The state of recovery mode.
   *
   * @param since when recovery mode started; null in normal operation
   * @param reason what was found; null in normal operation
   * @param recoveredAt when recovery was last completed; null if never
   * @param generation of the control database; empty before it has one
   */
  public record State(
      @Nullable Instant since,
      @Nullable String reason,
      @Nullable Instant recoveredAt,
      OptionalLong generation) {

    /** Whether the services are in recovery mode. */
    public boolean active() {
      return since != null;
    }
  }

  /** The state, at most a second old. */
  public State state() {
    return state.get();
  }

  private State read() {
    try {
      return database.one(
          RecoveryMode::state,
          """
          SELECT recovery_since, recovery_reason, recovered_at, generation
          FROM control_plane.recovery_v1
          """);
    } catch (SqlError e) {
      // The mode does not exist before this version's tenant-service has migrated its schema.
      if (!NOT_THERE.contains(e.sqlState())) {
        throw e;
      }
      return NORMAL;
    }
  }

  private static State state(Row row) {
    return new State(
        Columns.optionalInstant(row, "recovery_since").orElse(null),
        row.getString("recovery_reason"),
        Columns.optionalInstant(row, "recovered_at").orElse(null),
        OptionalLong.of(row.getLong("generation")));
  }

  /** Whether the services are in recovery mode. */
  public boolean active() {
    return state().active();
  }

  /** Discards the cached state. */
  public void forget() {
    state.forget();
  }

  /**
   * Refuses in recovery mode.
   *
   * @throws TenantryException {@code RECOVERY_MODE}
   */
  public void requireNormal() {
    State state = state();
    if (state.active()) {
      throw new TenantryException(
          ErrorCode.RECOVERY_MODE, "%s Run `tenantctl recover plan`.".formatted(state.reason()));
    }
  }
}
