package io.tenantry.kernel.recovery;

import io.tenantry.kernel.db.FakePostgres;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Recovery mode as it may stand, for tests without a server. */
public final class RecoveryModes {

  private RecoveryModes() {}

  /**
   * One that stands so.
   *
   * @param since when recovery mode began; empty in normal operation
   * @param recoveredAt when it ended last
   */
  public static RecoveryMode of(
      Optional<Instant> since, Optional<Instant> recoveredAt, Clock clock) {
    Map<String, Object> row = new HashMap<>();
    since.ifPresent(at -> row.put("recovery_since", at.atOffset(ZoneOffset.UTC)));
    recoveredAt.ifPresent(at -> row.put("recovered_at", at.atOffset(ZoneOffset.UTC)));
    row.put("generation", 1L);
    return new RecoveryMode(
        new FakePostgres(statement -> Future.succeededFuture(List.of(row))).database(), clock);
  }
}
