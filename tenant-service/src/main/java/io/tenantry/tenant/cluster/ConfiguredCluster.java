package io.tenantry.tenant.cluster;

import io.quarkus.runtime.StartupEvent;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Registers the cluster of the configuration at each start, so that a new address or password there
 * counts from then on. Its capacity and status are set at the first start alone; later they are the
 * operator's.
 */
@Singleton
final class ConfiguredCluster {

  private final ClusterConfig config;
  private final ClusterStore store;

  ConfiguredCluster(ClusterConfig config, ClusterStore store) {
    this.config = config;
    this.store = store;
  }

  void register(@Observes @Priority(2) StartupEvent started) {
    store.addRegion(config.region());
    store.put(
        new ClusterAccess(
            config.name(),
            config.region(),
            config.host(),
            config.port(),
            config.maintenanceDatabase(),
            config.adminUser(),
            config.adminPassword().orElse(""),
            config.sslMode(),
            Optional.empty()),
        config.capacity());
  }
}
