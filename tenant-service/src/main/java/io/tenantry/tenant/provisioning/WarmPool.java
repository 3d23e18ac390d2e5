package io.tenantry.tenant.provisioning;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Claims a ready pool entry for a new tenant, on any cluster of its region. */
@Singleton
class WarmPool {

  private static final Logger LOG = Logger.getLogger(WarmPool.class);
  private static final List<String> CLAIMS = List.of("hit", "miss");

  private final PoolConfig config;
  private final PoolStore entries;
  private final PoolClaims claims;
  private final PoolRefill refill;
  private final Clusters clusters;
  private final MeterRegistry metrics;
  private final RecoveryMode mode;

  WarmPool(
      PoolConfig config,
      PoolStore entries,
      PoolClaims claims,
      PoolRefill refill,
      Clusters clusters,
      MeterRegistry metrics,
      RecoveryMode mode) {
    this.config = config;
    this.entries = entries;
    this.claims = claims;
    this.refill = refill;
    this.clusters = clusters;
    this.metrics = metrics;
    this.mode = mode;
    CLAIMS.forEach(outcome -> metrics.counter("tenantry.pool.claims", "outcome", outcome));
    metrics.counter("tenantry.pool.discarded");
  }

  /**
   * Reserves a pool entry for this tenant, with the entry's id; empty if there is no entry. The
   * tenant is not active yet.
   *
   * @throws io.tenantry.kernel.error.TenantryException {@code TENANT_NAME_TAKEN}; no entry was used
   *     then
   */
  Optional<Provisioning> claim(NewTenant tenant, Requester requester) {
    if (config.size() == 0
        || !config.blueprints().contains(tenant.blueprint().name())
        || mode.active()) {
      return Optional.empty();
    }
    Optional<Provisioning> claimed =
        clusters.withFreeCapacityIn(tenant.region()).stream()
            .filter(cluster -> !cluster.failedRecently())
            .flatMap(cluster -> claimIfReachable(tenant, cluster, requester).stream())
            .findFirst();
    metrics
        .counter("tenantry.pool.claims", "outcome", claimed.isPresent() ? "hit" : "miss")
        .increment();
    if (claimed.isPresent()) {
      refill.recordClaim();
    }
    return claimed;
  }

  /** An unreachable cluster is skipped: another cluster may have an entry or free capacity. */
  private Optional<Provisioning> claimIfReachable(
      NewTenant tenant, Cluster cluster, Requester requester) {
    try {
      return claim(tenant, cluster, requester);
    } catch (DatabaseUnavailable e) {
      if (!e.isOf(cluster.name())) {
        throw e;
      }
      cluster.failure();
      LOG.warnf("cluster skipped for a pool claim cluster=%s: %s", cluster.name(), e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Provisioning> claim(NewTenant tenant, Cluster cluster, Requester requester) {
    while (true) {
      try {
        return claims.claim(tenant, cluster, requester);
      } catch (PoolClaims.UnusableEntry e) {
        LOG.warnf(e.getCause(), "unusable pool entry discarded tenant=%s", e.tenantId());
        metrics.counter("tenantry.pool.discarded").increment();
        entries.discard(e.tenantId());
      }
    }
  }
}
