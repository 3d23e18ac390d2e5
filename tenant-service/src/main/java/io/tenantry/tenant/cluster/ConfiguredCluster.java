package io.tenantry.tenant.cluster;

import io.quarkus.runtime.StartupEvent;
import io.tenantry.kernel.db.ServerTls;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Registers the cluster of the configuration at each start, so that a new address or password there
 * counts from then on. Its capacity and status are set at the first start alone; later they are the
 * operator's.
 */
@Singleton
final class ConfiguredCluster {

  private static final Logger LOG = Logger.getLogger(ConfiguredCluster.class);

  private final ClusterConfig config;
  private final ClusterStore store;

  ConfiguredCluster(ClusterConfig config, ClusterStore store) {
    this.config = config;
    this.store = store;
  }

  void register(@Observes @Priority(2) StartupEvent started) {
    store.addRegion(config.region());
    ClusterAccess access =
        new ClusterAccess(
            config.name(),
            config.region(),
            config.host(),
            config.port(),
            config.maintenanceDatabase(),
            config.adminUser(),
            config.adminPassword().orElse(""),
            config.sslMode(),
            ServerTls.configured(
                    config.sslMode(), config.sslRootCert(), "TENANT_CLUSTER_SSL_ROOT_CERT")
                .rootCertificates(),
            Optional.empty());
    store.find(access.name()).ifPresent(registered -> logMove(registered, access));
    store.put(access, config.capacity());
  }

  private static void logMove(RegisteredCluster registered, ClusterAccess access) {
    if (!registered.host().equals(access.host()) || registered.port() != access.port()) {
      LOG.warnf(
          "cluster=%s is at %s:%d by the configuration, and was at %s:%d",
          access.name(), access.host(), access.port(), registered.host(), registered.port());
    }
  }
}
