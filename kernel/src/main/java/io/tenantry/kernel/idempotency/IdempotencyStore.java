package io.tenantry.kernel.idempotency;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Stores answers by idempotency key. A body may hold API keys, so it is encrypted, bound to caller
 * and key.
 */
@Singleton
public class IdempotencyStore {

  private static final Logger LOG = Logger.getLogger(IdempotencyStore.class);

  private final Database database;
  private final KeyRing keyRing;
  private final IdempotencyConfig config;

  IdempotencyStore(Database database, KeyRing keyRing, IdempotencyConfig config) {
    this.database = database;
    this.keyRing = keyRing;
    this.config = config;
  }

  /** A key and the caller that it belongs to. */
  record Key(String caller, String key) {

    String context() {
      return "idempotency " + caller + " " + key;
    }
  }

  /** The key of a caller, or of a caller and operation if the service is configured so. */
  Key key(String caller, String operation, String key) {
    return new Key(config.perOperation() ? caller + " " + operation : caller, key);
  }

  /** An answer: its status, Location and body. */
  record Answer(int status, Optional<String> location, Optional<String> body) {}

  /** The state of a key. */
  sealed interface Claim {
    /** The key was free and now belongs to this request. */
    record Taken() implements Claim {}

    /** The request was already answered. */
    record Answered(Answer answer) implements Claim {}

    /** The first request is still in progress. */
    record InProgress() implements Claim {}

    /** The key was used for a different request. */
    record OfAnotherRequest() implements Claim {}
  }

  /** Claims the key for a request, unless it is in use. */
  Claim claim(Key key, byte[] digest) {
    Buffer request = Buffer.buffer(digest);
    boolean taken =
        database.changedOne(
            """
            INSERT INTO idempotency_keys AS known
              (caller, idempotency_key, request_digest, locked_until, expires_at)
            VALUES ($1, $2, $3, now() + make_interval(secs => $4), now() + make_interval(secs => $5))
            ON CONFLICT (caller, idempotency_key) DO UPDATE
            SET request_digest = excluded.request_digest, locked_until = excluded.locked_until,
              status = NULL, location = NULL, body_encrypted = NULL,
              expires_at = excluded.expires_at
            WHERE known.expires_at <= now()
              OR known.locked_until <= now() AND known.request_digest = excluded.request_digest
            """,
            key.caller(),
            key.key(),
            request,
            config.lock(),
            config.retention());
    if (taken) {
      return new Claim.Taken();
    }
    return database
        .first(
            row -> known(key, request, row),
            """
            SELECT request_digest, status, location, body_encrypted
            FROM idempotency_keys
            WHERE caller = $1
              AND idempotency_key = $2
            """,
            key.caller(),
            key.key())
        // Released between the two statements: treated as in progress, so that the caller retries.
        .orElseGet(Claim.InProgress::new);
  }

  private Claim known(Key key, Buffer request, Row row) {
    if (!row.getBuffer("request_digest").equals(request)) {
      return new Claim.OfAnotherRequest();
    }
    return Optional.ofNullable(row.getInteger("status"))
        .<Claim>map(
            status ->
                new Claim.Answered(
                    new Answer(
                        status,
                        Optional.ofNullable(row.getString("location")),
                        Optional.ofNullable(row.getBuffer("body_encrypted"))
                            .map(body -> keyRing.decrypt(body.getBytes(), key.context())))))
        .orElseGet(Claim.InProgress::new);
  }

  /** Stores the answer of the request that claimed the key. */
  void remember(Key key, Answer answer) {
    database.run(
        """
        UPDATE idempotency_keys
        SET status = $3, location = $4, body_encrypted = $5, locked_until = NULL
        WHERE caller = $1
          AND idempotency_key = $2
        """,
        key.caller(),
        key.key(),
        answer.status(),
        answer.location(),
        answer.body().map(body -> Buffer.buffer(keyRing.encrypt(body, key.context()))));
  }

  /** Releases a key whose request failed. */
  void release(Key key) {
    database.run(
        """
        DELETE FROM idempotency_keys
        WHERE caller = $1
          AND idempotency_key = $2
          AND status IS NULL
        """,
        key.caller(),
        key.key());
  }

  @Scheduled(
      every = "10m",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void prune() {
    try {
      database.run("DELETE FROM idempotency_keys WHERE expires_at <= now()");
    } catch (RuntimeException e) {
      LOG.warnf(
          "expired idempotency keys could not be deleted; retrying later: %s", e.getMessage());
    }
  }
}
