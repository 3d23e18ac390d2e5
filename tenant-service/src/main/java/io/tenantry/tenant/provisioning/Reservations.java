package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.tenant.apikey.ApiKeys;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Reserves capacity on a cluster for a tenant that is not claimed from the warm pool. */
@Singleton
final class Reservations {

  private static final Logger LOG = Logger.getLogger(Reservations.class);

  private final ReservationStore store;
  private final Clusters clusters;
  private final ApiKeys apiKeys;
  private final SecureRandom random;
  private final Clock clock;

  Reservations(
      ReservationStore store,
      Clusters clusters,
      ApiKeys apiKeys,
      SecureRandom random,
      Clock clock) {
    this.store = store;
    this.clusters = clusters;
    this.apiKeys = apiKeys;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Reserves the name, and capacity on the available cluster with the most free capacity.
   *
   * @param steps the steps of the provisioning
   * @throws TenantryException {@code TENANT_NAME_TAKEN}, {@code REGION_UNAVAILABLE}, or {@code
   *     TENANT_BUSY} if the tenant is no longer registered
   */
  Provisioning reserve(NewTenant tenant, Requester requester, List<StepName> steps) {
    Optional<RuntimeException> failure = Optional.empty();
    for (Cluster cluster : clusters.withFreeCapacityIn(tenant.region())) {
      failure = cluster.failure();
      if (failure.isPresent()) {
        LOG.warnf(
            "cluster skipped for a new tenant: it is unavailable cluster=%s: %s",
            cluster.name(), DatabaseUnavailable.logged(failure.get()));
        continue;
      }
      Provisioning work = plan(tenant, cluster, requester);
      if (store.reserve(work, steps)) {
        return work;
      }
      clusters.forget();
    }
    throw failure.orElseGet(() -> Clusters.unavailable(tenant.region()));
  }

  private Provisioning plan(NewTenant tenant, Cluster cluster, Requester requester) {
    NewTenant.KeyRequest keys = tenant.apiKeys();
    return new Provisioning(
        tenant,
        LocationPlan.planned(tenant.tenantId(), tenant.blueprint(), cluster, random),
        Purpose.PROVISIONING,
        apiKeys.generate(keys.count(), keys.prefix(), keys.scopes()),
        requester,
        new StepLog(clock, requester.stepListener()),
        new Activation());
  }
}
