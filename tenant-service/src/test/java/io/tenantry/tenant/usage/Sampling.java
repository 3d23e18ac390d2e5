package io.tenantry.tenant.usage;

import io.tenantry.kernel.db.Database;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.cluster.Clusters;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Samples in tests, at times that they choose, as a replica of its own. */
@Singleton
class Sampling {

  private static final Duration LEASE = Duration.ofHours(1);

  private final Database database;
  private final SamplerStore store;
  private final RollUpStore rollUps;
  private final Clusters clusters;
  private final UsageConfig config;
  private final UsageMetrics metrics;

  Sampling(
      Database database,
      SamplerStore store,
      RollUpStore rollUps,
      Clusters clusters,
      UsageConfig config,
      UsageMetrics metrics) {
    this.database = database;
    this.store = store;
    this.rollUps = rollUps;
    this.clusters = clusters;
    this.config = config;
    this.metrics = metrics;
  }

  /** A replica that takes the lease from the one before. */
  Replica replica() {
    expireLease();
    return new Replica(store);
  }

  /** The same, which measures only tenants that are created from now on. */
  Replica replicaForNewTenants() {
    expireLease();
    Set<String> others =
        Set.copyOf(
            Postgres.column(Postgres.CONTROL, "SELECT tenant_id::text FROM control_plane.tenants"));
    return new Replica(
        new SamplerStore(database) {
          @Override
          List<SampledTenant> tenants(Instant hour) {
            return super.tenants(hour).stream()
                .filter(tenant -> !others.contains(tenant.tenantId().toString()))
                .toList();
          }
        });
  }

  static void expireLease() {
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.usage_sampler SET lease_expires_at = now() - interval '1 second'");
  }

  final class Replica {

    private final UUID id = UUID.randomUUID();
    private final SamplerStore tenants;
    private final Sampler sampler;
    private final RollUp rollUp = new RollUp(rollUps, config);

    private Replica(SamplerStore tenants) {
      this.tenants = tenants;
      sampler = new Sampler(tenants, clusters, config, metrics);
    }

    /** A replica that takes the lease from this one, and measures the same tenants. */
    Replica successor() {
      expireLease();
      return new Replica(tenants);
    }

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
