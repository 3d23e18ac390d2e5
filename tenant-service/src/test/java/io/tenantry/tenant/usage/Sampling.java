package io.tenantry.tenant.usage;

import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.cluster.Clusters;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Samples in tests, at times that they choose, as a replica of its own. */
@Singleton
class Sampling {

  private static final Duration LEASE = Duration.ofHours(1);

  private final SamplerStore store;
  private final RollUpStore rollUps;
  private final Clusters clusters;
  private final UsageConfig config;
  private final UsageMetrics metrics;

  Sampling(
      SamplerStore store,
      RollUpStore rollUps,
      Clusters clusters,
      UsageConfig config,
      UsageMetrics metrics) {
    this.store = store;
    this.rollUps = rollUps;
    this.clusters = clusters;
    this.config = config;
    this.metrics = metrics;
  }

  /** A replica that takes the lease from the one before. */
  Replica replica() {
    expireLease();
    return new Replica();
  }

  static void expireLease() {
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.usage_sampler SET lease_expires_at = now() - interval '1 second'");
  }

  final class Replica {

    private final UUID id = UUID.randomUUID();
    private final Sampler sampler = new Sampler(store, clusters, config, metrics);
    private final RollUp rollUp = new RollUp(rollUps, config);

    UUID id() {
      return id;
    }

    Optional<Instant> lease() {
      return store.lease(id, LEASE);
    }

    /** Does what is due at a time, and waits for it. */
    Replica sample(Instant now) {
      var unused = lease();
      var started = sampler.start(new Sampler.Round(id, now, () -> true));
      sampler.inProgress().join();
      started.forEach(CompletableFuture::join);
      return this;
    }

    Replica rollUp(Instant now) {
      var unused = lease();
      rollUp.run(id, now);
      return this;
    }
  }

  /** A column of a tenant's hours. */
  static List<String> hours(UUID tenant, String column) {
    return Postgres.column(
        Postgres.CONTROL,
        "SELECT %s FROM control_plane.usage_hourly WHERE tenant_id = ? ORDER BY hour"
            .formatted(column),
        tenant);
  }

  /** All samples, as one text. */
  static String everything() {
    return Postgres.value(
        Postgres.CONTROL,
        """
        SELECT concat(
          (SELECT md5(string_agg(h::text, ';' ORDER BY tenant_id, hour)) FROM control_plane.usage_hourly AS h),
          (SELECT md5(string_agg(d::text, ';' ORDER BY tenant_id, day)) FROM control_plane.usage_daily AS d),
          (SELECT md5(string_agg(t::text, ';' ORDER BY day)) FROM control_plane.usage_totals AS t))
        """);
  }
}
