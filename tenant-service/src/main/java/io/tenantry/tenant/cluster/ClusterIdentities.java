package io.tenantry.tenant.cluster;

import io.tenantry.kernel.cluster.RoleSecret;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalLong;

/** Stores the system identifier of each registered cluster, and the secret of Tenantry's roles. */
@Singleton
final class ClusterIdentities implements ClusterSetup.Registry {

  private final Database database;
  private final KeyRing keyRing;
  private final SecureRandom random;
  private final GenerationCheck generations;

  ClusterIdentities(
      Database database, KeyRing keyRing, SecureRandom random, GenerationCheck generations) {
    this.database = database;
    this.keyRing = keyRing;
    this.random = random;
    this.generations = generations;
  }

  @Override
  public ClusterAccess.Identity identity(String cluster, long systemIdentifier) {
    ClusterAccess.Identity known =
        find(cluster).or(() -> record(cluster, systemIdentifier)).orElseThrow();
    if (known.systemIdentifier() != systemIdentifier) {
      throw new TenantryException(
          ErrorCode.CLUSTER_MISMATCH,
          "The server of the cluster %s has the system identifier %d; the registered one is %d. Check the cluster's host and port."
              .formatted(cluster, systemIdentifier, known.systemIdentifier()));
    }
    return known;
  }

  private Optional<ClusterAccess.Identity> find(String cluster) {
    return database.first(
        row ->
            new ClusterAccess.Identity(
                row.getLong(0),
                new RoleSecret(
                    keyRing.decrypt(
                        row.getBuffer(1).getBytes(), RoleSecret.encryptionContext(cluster)))),
        """
        SELECT system_identifier, role_secret_encrypted
        FROM control_plane.cluster_identities
        WHERE cluster = $1
        """,
        cluster);
  }

  /** Records the identity unless another replica has just recorded it; returns the recorded one. */
  private Optional<ClusterAccess.Identity> record(String cluster, long systemIdentifier) {
    byte[] secret =
        keyRing.encrypt(RoleSecret.generate(random).value(), RoleSecret.encryptionContext(cluster));
    try {
      database.run(
          """
          INSERT INTO control_plane.cluster_identities (cluster, system_identifier, role_secret_encrypted, encryption_key_id)
          VALUES ($1, $2, $3, $4)
          ON CONFLICT (cluster) DO NOTHING
          """,
          cluster,
          systemIdentifier,
          Buffer.buffer(secret),
          KeyRing.keyIdOf(secret));
    } catch (SqlError e) {
      if (e.violatesUnique("cluster_identities_server")) {
        refuseRegistered(systemIdentifier);
      }
      throw e;
    }
    return find(cluster);
  }

  /**
   * Refuses a server that is already registered, under any name, host or port.
   *
   * @throws TenantryException {@code CLUSTER_EXISTS}
   */
  void refuseRegistered(long systemIdentifier) {
    for (Row row :
        database.run(
            "SELECT cluster FROM control_plane.cluster_identities WHERE system_identifier = $1",
            systemIdentifier)) {
      throw new TenantryException(
          ErrorCode.CLUSTER_EXISTS,
          "This server is already registered as the cluster %s.".formatted(row.getString(0)));
    }
  }

  @Override
  public void compareGeneration(String cluster, OptionalLong onCluster) {
    generations.compare(cluster, onCluster);
  }

  @Override
  public void requireNormal() {
    generations.requireNormal();
  }
}
