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
 * Registers the configured cluster at each start, so that a new host, port or password takes
 * effect. The capacity and status are set only at the first start; later the operator changes them.
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
          "cluster moved by configuration cluster=%s from=%s:%d to=%s:%d",
          access.name(), registered.host(), registered.port(), access.host(), access.port());
    }
  }
}
