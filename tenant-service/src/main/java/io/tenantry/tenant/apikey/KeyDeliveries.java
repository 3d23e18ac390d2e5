package io.tenantry.tenant.apikey;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Stores the API keys that a job issued, encrypted, until they are collected once or expire. A job
 * has no response that could return them.
 */
@Singleton
public class KeyDeliveries {

  private static final Logger LOG = Logger.getLogger(KeyDeliveries.class);
  private static final TypeReference<List<IssuedKey>> KEYS = new TypeReference<>() {};

  private final Database database;
  private final KeyRing keyRing;
  private final ObjectMapper mapper;
  private final Config config;

  KeyDeliveries(Database database, KeyRing keyRing, ObjectMapper mapper, Config config) {
    this.database = database;
    this.keyRing = keyRing;
    this.mapper = mapper;
    this.config = config;
  }

  /** Stores a job's keys, in the caller's transaction. */
  public void store(Sql transaction, UUID jobId, UUID tenantId, List<IssuedKey> keys) {
    byte[] encrypted = keyRing.encrypt(json(keys), context(jobId));
    transaction.send(
        """
        INSERT INTO control_plane.key_deliveries
          (job_id, tenant_id, keys_encrypted, encryption_key_id, expires_at)
        VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
        """,
        jobId,
        tenantId,
        Buffer.buffer(encrypted),
        KeyRing.keyIdOf(encrypted),
        config.keptFor());
  }

  /** Returns and deletes a job's keys; empty if they were already collected or have expired. */
  Optional<List<IssuedKey>> collect(UUID jobId) {
    return database.inTransaction(
        sql ->
            sql.first(
                row ->
                    keys(
                        keyRing.decrypt(
                            row.getBuffer("keys_encrypted").getBytes(), context(jobId))),
                """
                DELETE FROM control_plane.key_deliveries
                WHERE job_id = $1
                  AND expires_at > now()
                RETURNING keys_encrypted
                """,
                jobId));
  }

  @Scheduled(
      every = "${tenantry.key-deliveries.pruning-interval:1m}",
      delayed = "10s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void prune() {
    try {
      database.run("DELETE FROM control_plane.key_deliveries WHERE expires_at <= now()");
    } catch (RuntimeException e) {
      LOG.warnf("expired API keys of jobs could not be deleted; retrying: %s", e.getMessage());
    }
  }

  private static String context(UUID jobId) {
    return "job " + jobId;
  }

  private String json(List<IssuedKey> keys) {
    try {
      return mapper.writeValueAsString(keys);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<IssuedKey> keys(String json) {
    try {
      return mapper.readValue(json, KEYS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the stored API keys of a job could not be parsed", e);
    }
  }

  /** How long a job's API keys are stored. */
  @ConfigMapping(prefix = "tenantry.key-deliveries")
  interface Config {

    /** How long a job's API keys can be collected ({@code JOB_API_KEYS_KEPT_FOR}). */
    @WithDefault("1h")
    Duration keptFor();
  }
}
