package io.tenantry.tenant.credentials;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.cluster.Credentials;
import io.tenantry.tenant.provisioning.Leases;
import io.tenantry.tenant.provisioning.TenantDatabase;
import io.tenantry.tenant.registry.Tenants;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Rotates tenants' credentials. PostgreSQL stores one password per role, so a tenant alternates
 * between two login roles: the new one works before the previous one is revoked.
 */
@Singleton
class TenantCredentials {

  private static final Logger LOG = Logger.getLogger(TenantCredentials.class);
  private static final int BATCH = 20;

  private final CredentialsStore store;
  private final Clusters clusters;
  private final Leases leases;
  private final SecureRandom random;
  private final RecoveryMode mode;

  TenantCredentials(
      CredentialsStore store,
      Clusters clusters,
      Leases leases,
      SecureRandom random,
      RecoveryMode mode) {
    this.store = store;
    this.clusters = clusters;
    this.leases = leases;
    this.random = random;
    this.mode = mode;
  }

  /**
   * The result of a rotation.
   *
   * @param role the new login role
   * @param formerRole the previous login role
   */
  record Rotated(String role, String formerRole, Instant formerValidUntil) {}

  /**
   * Creates new credentials, tests them and stores them. The previous ones stay valid for the
   * overlap.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, {@code TENANT_BUSY}, {@code
   *     ROTATION_IN_PROGRESS}, or {@code ROTATION_FAILED}: the previous ones then stay valid
   */
  Rotated rotate(UUID tenantId, Duration overlap) {
    mode.requireNormal();
    Rotation rotation =
        store
            .startRotation(tenantId, overlap.isZero())
            .orElseThrow(() -> Tenants.notFound(tenantId));
    Rotated rotated = leases.whileHeld(tenantId, () -> rotate(rotation, overlap));
    LOG.infof("credentials rotated tenant=%s login_role=%s", tenantId, rotated.role());
    if (overlap.isZero()) {
      retire();
    }
    return rotated;
  }

  private Rotated rotate(Rotation rotation, Duration overlap) {
    TenantDatabase target = rotation.target();
    Cluster cluster = clusters.named(target.cluster());
    Credentials credentials = Credentials.generate(rotation.next(), random);
    try {
      cluster.logins().renew(target.tenantId(), target.role(), credentials);
      cluster.verify(
          target.database(), target.schema().orElse("public"), target.role(), credentials);
      if (overlap.isZero()) {
        // Before the caller learns that they are revoked; if storing fails, recovery permits them
        // again.
        cluster.logins().block(target.tenantId(), Set.of(rotation.login()));
      }
      Instant until =
          store.completeRotation(
              rotation, cluster.connectionString(target.database(), credentials), overlap);
      cluster.logins().record(target.tenantId(), rotation.next());
      return new Rotated(rotation.next(), rotation.login(), until);
    } catch (RuntimeException e) {
      // The replica that takes over the lease restores the state in the control database.
      leases.postpone(target.tenantId(), Duration.ZERO);
      throw new TenantryException(
          ErrorCode.ROTATION_FAILED,
          "The credentials could not be rotated; the previous ones stay valid.",
          e);
    }
  }

  @Scheduled(
      every = "${tenantry.credentials.retirement-interval:10s}",
      delayed = "2s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void retireRegularly() {
    try {
      if (!mode.active()) {
        retire();
      }
    } catch (RuntimeException e) {
      LOG.warnf("expired credentials could not be read; retrying: %s", e);
    }
  }

  /** Revokes credentials whose overlap has ended. */
  private void retire() {
    Clusters.runPerCluster(store.startRetirements(BATCH), TenantDatabase::cluster, this::retire);
  }

  private void retire(TenantDatabase previous) {
    try {
      leases.whileHeld(
          previous.tenantId(),
          () -> {
            Cluster cluster = clusters.named(previous.cluster());
            cluster.requireUsable();
            cluster.logins().retire(previous.tenantId(), previous.role());
            store.completeRetirement(previous.tenantId());
            return true;
          });
      LOG.infof(
          "previous credentials revoked tenant=%s login_role=%s",
          previous.tenantId(), previous.role());
    } catch (RuntimeException e) {
      LOG.warnf(
          e, "previous credentials could not be revoked; retrying tenant=%s", previous.tenantId());
    }
  }
}
