package io.tenantry.tenant.cluster;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.kernel.db.ServerTls;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            rootCertificate()),
        config.capacity());
  }

  private Optional<String> rootCertificate() {
    try {
      return ServerTls.of(config.sslMode(), config.sslRootCert().map(ConfiguredCluster::read))
          .rootCertificates();
    } catch (ServerTls.InvalidServerTls e) {
      throw new ConfigurationException("TENANT_CLUSTER_SSL_ROOT_CERT " + e.getMessage());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ConfigurationException(
          "TENANT_CLUSTER_SSL_ROOT_CERT: the file " + file + " cannot be read");
    }
  }
}
