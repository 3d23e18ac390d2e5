package io.tenantry.tenant.cluster;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The PostgreSQL cluster that is registered at startup, and limits and timeouts for all clusters.
 */
@ConfigMapping(prefix = "tenantry.cluster")
interface ClusterConfig {

  /** The name of the cluster. */
  @WithDefault("default")
  String name();

  /** The cluster's host, as reachable by services and tenants ({@code TENANT_CLUSTER_HOST}). */
  String host();

  /** The cluster's port ({@code TENANT_CLUSTER_PORT}). */
  int port();

  /** A role that may create databases and roles ({@code TENANT_CLUSTER_ADMIN_USER}). */
  String adminUser();

  /** That role's password ({@code TENANT_CLUSTER_ADMIN_PASSWORD}). */
  Optional<String> adminPassword();

  /** The database that the admin first connects to. */
  @WithDefault("postgres")
  String maintenanceDatabase();

  /** The region of the cluster ({@code TENANT_CLUSTER_REGION}). */
  String region();

  /** The maximum number of tenants, set when the cluster is first registered. */
  @WithDefault("2000")
  int capacity();

  /** The libpq sslmode of all connections ({@code TENANT_CLUSTER_SSL_MODE}). */
  String sslMode();

  /**
   * A PEM file with the CA certificates for {@code verify-ca} and {@code verify-full} ({@code
   * TENANT_CLUSTER_SSL_ROOT_CERT}).
   */
  Optional<Path> sslRootCert();

  /** The interval between searches for outdated connection strings. */
  @WithDefault("1m")
  Duration connectionStringInterval();

  /** The maximum number of databases created in parallel. */
  @WithDefault("8")
  int adminConnections();

  /** The maximum number of databases dropped in parallel. */
  @WithDefault("2")
  int dropConnections();

  /** The timeout of one statement, such as CREATE DATABASE. */
  @WithDefault("20s")
  Duration statementTimeout();

  /** The timeout of DROP DATABASE, which waits for a checkpoint. */
  @WithDefault("2m")
  Duration dropTimeout();
}
