package io.tenantry.tenant.cluster;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The PostgreSQL server that holds the tenants' databases, and how it is reached. */
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

  /** The regions that tenants may ask for. */
  @WithDefault("us-east-1,us-west-2,eu-west-1,ap-southeast-1")
  Set<String> regions();

  /** libpq's sslmode for all connections ({@code TENANT_CLUSTER_SSL_MODE}). */
  String sslMode();

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
