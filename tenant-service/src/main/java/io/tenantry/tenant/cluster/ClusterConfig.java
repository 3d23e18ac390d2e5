package io.tenantry.tenant.cluster;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The PostgreSQL cluster that is registered when the service starts, and what goes for all
 * clusters.
 */
@ConfigMapping(prefix = "tenantry.cluster")
interface ClusterConfig {

  /** The name it is recorded by. */
  @WithDefault("default")
  String name();

  /** Its host, as the services and the tenants reach it ({@code TENANT_CLUSTER_HOST}). */
  String host();

  /** Its port ({@code TENANT_CLUSTER_PORT}). */
  int port();

  /** A role that may create databases and roles ({@code TENANT_CLUSTER_ADMIN_USER}). */
  String adminUser();

  /** That role's password ({@code TENANT_CLUSTER_ADMIN_PASSWORD}). */
  Optional<String> adminPassword();

  /** The database the admin connects to. */
  @WithDefault("postgres")
  String maintenanceDatabase();

  /** The region it stands in ({@code TENANT_CLUSTER_REGION}). */
  String region();

  /** How many tenants it may hold when it is registered at the first start. */
  @WithDefault("2000")
  int capacity();

  /** libpq's sslmode for all connections ({@code TENANT_CLUSTER_SSL_MODE}). */
  String sslMode();

  /**
   * A file in PEM with what {@code verify-ca} and {@code verify-full} trust ({@code
   * TENANT_CLUSTER_SSL_ROOT_CERT}).
   */
  Optional<Path> sslRootCert();

  /** How often connection strings that do not lead to their cluster any more are looked for. */
  @WithDefault("1m")
  Duration connectionStringInterval();

  /** Databases that are created at once, at most. */
  @WithDefault("8")
  int adminConnections();

  /** Databases that are dropped at once, at most. */
  @WithDefault("2")
  int dropConnections();

  /** How long one statement, such as CREATE DATABASE, may take on the server. */
  @WithDefault("20s")
  Duration statementTimeout();

  /** How long a DROP DATABASE may take: each waits for a checkpoint. */
  @WithDefault("2m")
  Duration dropTimeout();
}
