package io.tenantry.kernel.crypto;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.runtime.BackgroundTasks;
import io.tenantry.kernel.runtime.StartupOrder;
import io.vertx.core.buffer.Buffer;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * Maintains the secrets in a service's own schema at its start: stops the service if a key that one
 * of them needs is missing, and re-encrypts in the background what a previous key has encrypted, so
 * that the key can be removed. A secret that no key decrypts is logged and not changed.
 */
@Singleton
public final class StoredSecrets {

  private static final Logger LOG = Logger.getLogger(StoredSecrets.class);
  private static final String UNDEFINED_TABLE = "42P01";
  private static final int BATCH = 200;
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final List<SecretColumn> columns;
  private final KeyRing keyRing;
  private final Database database;
  private final BackgroundTasks background;

  StoredSecrets(
      @All List<SecretColumn> columns,
      KeyRing keyRing,
      Database database,
      BackgroundTasks background) {
    this.columns = columns;
    this.keyRing = keyRing;
    this.database = database;
    this.background = background;
  }

  void check(@Observes @Priority(StartupOrder.SECRETS) StartupEvent started) {
    columns.forEach(this::check);
  }

  void reencrypt(@Observes StartupEvent started) {
    if (!columns.isEmpty()) {
      background.untilDone("stored-secrets", RETRY, this::rewrap);
    }
  }

  /**
   * Stops the service if the ring lacks a key.
   *
   * @param countsByKey the number of secrets that each key has encrypted, by key id
   * @throws ConfigurationException if the ring cannot decrypt some of them
   */
  public static void check(KeyRing keyRing, Map<Integer, Long> countsByKey) {
    countsByKey.forEach(
        (keyId, count) -> {
          if (!keyRing.holds(keyId)) {
            throw new ConfigurationException(
                ("ENCRYPTION_KEY differs from the key that %d stored secrets were encrypted"
                        + " with (key id %s): set that one, or add it to ENCRYPTION_KEYS_RETIRED")
                    .formatted(count, KeyRing.nameOf(keyId)));
          }
        });
  }

  private void check(SecretColumn column) {
    try {
      check(keyRing, countsByKey(column));
    } catch (SqlError e) {
      // If another process applies the migrations, the table may not exist yet.
      if (!e.sqlState().equals(UNDEFINED_TABLE)) {
        throw e;
      }
    }
  }

  private Map<Integer, Long> countsByKey(SecretColumn column) {
    Map<Integer, Long> counts = new TreeMap<>();
    database
        .run(
            """
            SELECT %1$s, count(*)
            FROM %2$s
            WHERE %3$s IS NOT NULL
            GROUP BY 1
            """
                .formatted(keyIdOf(column), column.table(), column.secret()))
        .forEach(row -> counts.put(row.getInteger(0), row.getLong(1)));
    return counts;
  }

  /** The id of the key of a ciphertext, as SQL: four bytes after the first. */
  private static String keyIdOf(SecretColumn column) {
    return "('x' || encode(substring(%s FROM 2 FOR 4), 'hex'))::bit(32)::integer"
        .formatted(column.secret());
  }

  private boolean rewrap() {
    try {
      columns.forEach(this::rewrap);
      return true;
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.warnf("stored secrets could not be re-encrypted; retrying: %s", e);
      return false;
    }
  }

  private void rewrap(SecretColumn column) {
    long rewrapped = 0;
    String after = "";
    List<Secret> batch;
    do {
      batch = notUnderNewest(column, after);
      for (Secret secret : batch) {
        rewrapped += rewrap(column, secret);
        after = secret.rowId();
      }
    } while (batch.size() == BATCH);
    if (rewrapped > 0) {
      LOG.infof(
          "secrets re-encrypted with the newest key count=%d table=%s", rewrapped, column.table());
    }
  }

  private record Secret(String rowId, Buffer ciphertext) {}

  private List<Secret> notUnderNewest(SecretColumn column, String after) {
    return database.list(
        row -> new Secret(row.getString(0), row.getBuffer(1)),
        """
        SELECT %1$s::text AS row_id, %2$s
        FROM %3$s
        WHERE %2$s IS NOT NULL
          AND %4$s <> $1
          AND %1$s::text > $2
        ORDER BY row_id
        LIMIT $3
        """
            .formatted(column.id(), column.secret(), column.table(), keyIdOf(column)),
        keyRing.primaryId(),
        after,
        BATCH);
  }

  /** Re-encrypts a secret unless it was changed meanwhile; returns the number of changed rows. */
  private int rewrap(SecretColumn column, Secret secret) {
    String context = column.context() + secret.rowId();
    byte[] reencrypted;
    try {
      reencrypted =
          keyRing.encrypt(keyRing.decrypt(secret.ciphertext().getBytes(), context), context);
    } catch (KeyRing.UndecryptableException e) {
      LOG.errorf(
          "stored secret cannot be decrypted: no matching key table=%s row=%s",
          column.table(), secret.rowId());
      return 0;
    }
    return database.changed(
        """
        UPDATE %1$s
        SET %2$s = $3
        WHERE %3$s::text = $1
          AND %2$s = $2
        """
            .formatted(column.table(), column.secret(), column.id()),
        secret.rowId(),
        secret.ciphertext(),
        Buffer.buffer(reencrypted));
  }
}
