package io.tenantry.tenant.webhook.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.http.Page;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stores webhook endpoints; their secrets are encrypted. */
@Singleton
public final class EndpointStore {

  /** The columns of {@link #read}; of {@code endpoint} and its {@code queue}. */
  public static final String COLUMNS =
      """
      endpoint.endpoint_id, endpoint.tenant_id AS owner_id, url, description, event_types,
        only_tenants, ordered, rate_limit, endpoint.status AS endpoint_status, disabled_reason,
        algorithm, public_key, header_names, failing_since, endpoint.created_at AS endpoint_created_at,
        updated_at
      """;

  private static final String SELECT =
      "SELECT "
          + COLUMNS
          + """
            FROM control_plane.webhook_endpoints AS endpoint
            JOIN control_plane.webhook_queues AS queue USING (endpoint_id)
            WHERE endpoint.tenant_id IS NOT DISTINCT FROM $1
              AND endpoint.status <> 'deleted'
            """;

  private final Database database;
  private final KeyRing keyRing;
  private final ObjectMapper mapper;

  EndpointStore(Database database, KeyRing keyRing, ObjectMapper mapper) {
    this.database = database;
    this.keyRing = keyRing;
    this.mapper = mapper;
  }

  /** Stores a new endpoint and its empty queue. */
  void add(
      Sql transaction,
      UUID endpointId,
      Owner owner,
      EndpointSettings settings,
      EndpointSecrets secrets) {
    Encrypted encrypted = encrypt(endpointId, secrets);
    SigningKey key = SigningKey.parse(secrets.key());
    transaction.send(
        """
        INSERT INTO control_plane.webhook_endpoints
          (endpoint_id, tenant_id, url, description, event_types, only_tenants, ordered, rate_limit,
            algorithm, public_key, header_names, secrets_encrypted, encryption_key_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """,
        endpointId,
        owner.tenantId(),
        settings.url(),
        settings.description(),
        array(settings.eventTypes()),
        settings.tenantIds().isEmpty() ? null : settings.tenantIds().toArray(UUID[]::new),
        settings.ordered(),
        settings.rateLimit(),
        key.algorithm(),
        key.publicKey(),
        names(secrets),
        encrypted.ciphertext(),
        encrypted.keyId());
    transaction.send(
        "INSERT INTO control_plane.webhook_queues (endpoint_id) VALUES ($1)", endpointId);
  }

  /** Changes the settings of an endpoint. */
  void update(Sql transaction, UUID endpointId, EndpointSettings settings) {
    transaction.send(
        """
        UPDATE control_plane.webhook_endpoints
        SET url = $2, description = $3, event_types = $4, only_tenants = $5, ordered = $6,
          rate_limit = $7, updated_at = now()
        WHERE endpoint_id = $1
        """,
        endpointId,
        settings.url(),
        settings.description(),
        array(settings.eventTypes()),
        settings.tenantIds().isEmpty() ? null : settings.tenantIds().toArray(UUID[]::new),
        settings.ordered(),
        settings.rateLimit());
  }

  /** Replaces the secrets of an endpoint. */
  void replaceSecrets(Sql transaction, UUID endpointId, EndpointSecrets secrets) {
    Encrypted encrypted = encrypt(endpointId, secrets);
    SigningKey key = SigningKey.parse(secrets.key());
    transaction.send(
        """
        UPDATE control_plane.webhook_endpoints
        SET secrets_encrypted = $2, encryption_key_id = $3, secrets_expire_at = $4, algorithm = $5,
          public_key = $6, header_names = $7, updated_at = now()
        WHERE endpoint_id = $1
        """,
        endpointId,
        encrypted.ciphertext(),
        encrypted.keyId(),
        secrets.firstExpiry(),
        key.algorithm(),
        key.publicKey(),
        names(secrets));
  }

  private static String @Nullable [] array(List<String> values) {
    return values.isEmpty() ? null : values.toArray(String[]::new);
  }

  private static String[] names(EndpointSecrets secrets) {
    return secrets.headers().keySet().stream().sorted().toArray(String[]::new);
  }

  /** A page of an owner's endpoints, ordered by creation. */
  Page<Endpoint> list(Owner owner, @Nullable UUID after, int limit) {
    return Page.of(
        database.list(
            EndpointStore::read,
            SELECT
                + """
                    AND ($2::uuid IS NULL OR endpoint.endpoint_id > $2)
                  ORDER BY endpoint.endpoint_id
                  LIMIT $3
                  """,
            owner.tenantId(),
            after,
            limit + 1),
        limit,
        Endpoint::endpointId);
  }

  /** The number of an owner's endpoints. */
  long count(Sql sql, Owner owner) {
    return sql.one(
        row -> row.getLong(0),
        """
        SELECT count(*)
        FROM control_plane.webhook_endpoints
        WHERE tenant_id IS NOT DISTINCT FROM $1
          AND status <> 'deleted'
        """,
        owner.tenantId());
  }

  Optional<Endpoint> find(Sql sql, Owner owner, UUID endpointId) {
    return sql.first(
        EndpointStore::read,
        SELECT + "AND endpoint.endpoint_id = $2",
        owner.tenantId(),
        endpointId);
  }

  /** The endpoint, which is locked until the transaction ends. */
  Optional<Endpoint> lock(Sql transaction, Owner owner, UUID endpointId) {
    return transaction.first(
        EndpointStore::read,
        SELECT + "AND endpoint.endpoint_id = $2 FOR NO KEY UPDATE OF endpoint",
        owner.tenantId(),
        endpointId);
  }

  /** The secrets of an endpoint that is not deleted. */
  EndpointSecrets secrets(Sql sql, UUID endpointId) {
    return sql.one(
        row -> decrypt(endpointId, row.getBuffer("secrets_encrypted")),
        "SELECT secrets_encrypted FROM control_plane.webhook_endpoints WHERE endpoint_id = $1",
        endpointId);
  }

  /**
   * Changes the status, and starts the count of failures from zero.
   *
   * @param reason why it is disabled; empty for another status
   */
  void setStatus(Sql transaction, UUID endpointId, EndpointStatus status, Optional<String> reason) {
    transaction.send(
        """
        UPDATE control_plane.webhook_endpoints
        SET status = $2, disabled_reason = $3, updated_at = now()
        WHERE endpoint_id = $1
        """,
        endpointId,
        status,
        reason);
  }

  /**
   * Makes the queue of an endpoint, which is locked, start again without its history of failures.
   */
  void resetQueue(Sql transaction, UUID endpointId) {
    transaction.send(
        """
        UPDATE control_plane.webhook_queues
        SET failures = 0, failing_since = NULL, last_failure_at = NULL, slowdowns = 0,
          not_before = NULL, generation = generation + 1,
          next_at = (
            SELECT min(due_at)
            FROM control_plane.webhook_deliveries AS delivery
            WHERE delivery.endpoint_id = $1
              AND delivery.status = 'pending'
          )
        WHERE endpoint_id = $1
        """,
        endpointId);
  }

  /** Hides an endpoint and destroys its secrets; its log is removed in the background. */
  void delete(Sql transaction, UUID endpointId) {
    transaction.send(
        """
        UPDATE control_plane.webhook_endpoints
        SET status = 'deleted', secrets_encrypted = NULL, encryption_key_id = NULL,
          secrets_expire_at = NULL, header_names = '{}', updated_at = now()
        WHERE endpoint_id = $1
        """,
        endpointId);
  }

  /** Endpoints with a previous signing key that has expired. */
  List<Endpoint> findWithExpiredKeys(int limit) {
    return database.list(
        EndpointStore::read,
        "SELECT "
            + COLUMNS
            + """
              FROM control_plane.webhook_endpoints AS endpoint
              JOIN control_plane.webhook_queues AS queue USING (endpoint_id)
              WHERE secrets_expire_at <= now()
                AND endpoint.status <> 'deleted'
              LIMIT $1
              """,
        limit);
  }

  private record Encrypted(Buffer ciphertext, int keyId) {}

  private Encrypted encrypt(UUID endpointId, EndpointSecrets secrets) {
    try {
      byte[] ciphertext =
          keyRing.encrypt(
              mapper.writeValueAsString(secrets), Endpoint.encryptionContext(endpointId));
      return new Encrypted(Buffer.buffer(ciphertext), KeyRing.keyIdOf(ciphertext));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Decrypts the column {@code secrets_encrypted} of an endpoint.
   *
   * @throws KeyRing.UndecryptableException if no configured key decrypts it
   */
  public EndpointSecrets decrypt(UUID endpointId, Buffer ciphertext) {
    try {
      return mapper.readValue(
          keyRing.decrypt(ciphertext.getBytes(), Endpoint.encryptionContext(endpointId)),
          EndpointSecrets.class);
    } catch (JsonProcessingException e) {
      // Jackson's message would quote the secrets.
      throw new IllegalStateException("the stored secrets of a webhook endpoint are not JSON");
    }
  }

  /** Reads {@link #COLUMNS}. */
  public static Endpoint read(Row row) {
    return new Endpoint(
        row.getUUID("endpoint_id"),
        Optional.ofNullable(row.getUUID("owner_id")),
        row.getString("url"),
        row.getString("description"),
        list(row.getArrayOfStrings("event_types")),
        list(row.getArrayOfUUIDs("only_tenants")),
        row.getBoolean("ordered"),
        Optional.ofNullable(row.getInteger("rate_limit")),
        EndpointStatus.of(row.getString("endpoint_status")),
        Optional.ofNullable(row.getString("disabled_reason")),
        SigningAlgorithm.of(row.getString("algorithm")),
        Optional.ofNullable(row.getString("public_key")),
        list(row.getArrayOfStrings("header_names")),
        Columns.optionalInstant(row, "failing_since"),
        Columns.instant(row, "endpoint_created_at"),
        Columns.instant(row, "updated_at"));
  }

  private static <T> List<T> list(T @Nullable [] values) {
    return values == null ? List.of() : List.of(values);
  }
}
