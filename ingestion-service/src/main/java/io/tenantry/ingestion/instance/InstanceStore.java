package io.tenantry.ingestion.instance;

import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.http.Page;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Stores channel instances; their secrets are encrypted. */
@Singleton
final class InstanceStore {

  private static final String SELECT =
      """
      SELECT instance_id, name, tenant_id, channel_type, evolution_url, evolution_key_encrypted,
        whatsapp_instance, session_id_prefix, agent_api_url, agent_api_key_encrypted, default_agent,
        agent_timeout, webhook_secret_encrypted, webhook_signing, is_default, is_active, created_at,
        updated_at
      FROM ingestion.instances
      """;

  private final Database database;
  private final KeyRing keyRing;

  InstanceStore(Database database, KeyRing keyRing) {
    this.database = database;
    this.keyRing = keyRing;
  }

  Optional<Instance> find(String name) {
    return !Instance.isName(name)
        ? Optional.empty()
        : first(database.run(SELECT + "WHERE name = $1", name));
  }

  Optional<Instance> findDefault() {
    return first(database.run(SELECT + "WHERE is_default"));
  }

  /** The instance of this name, without blocking the event loop. */
  CompletableFuture<Optional<Instance>> lookUp(String name) {
    return database.start(SELECT + "WHERE name = $1", name).thenApply(this::first);
  }

  /** The default instance, without blocking the event loop. */
  CompletableFuture<Optional<Instance>> lookUpDefault() {
    return database.start(SELECT + "WHERE is_default").thenApply(this::first);
  }

  /** A page of instances, by name. */
  Page<Instance> list(String after, int limit) {
    return Page.of(
        database.list(
            this::instance, SELECT + "WHERE name > $1 ORDER BY name LIMIT $2", after, limit + 1),
        limit,
        Instance::name);
  }

  <T> T inTransaction(Function<Sql, T> work) {
    return database.inTransaction(
        sql -> {
          // Serialises changes of the default instance and deletions of the last one.
          sql.run("SELECT pg_advisory_xact_lock(hashtext('instances'))");
          return work.apply(sql);
        });
  }

  long count(Sql transaction) {
    return transaction.one(
        row -> row.getLong("count"), "SELECT count(*) AS count FROM ingestion.instances");
  }

  Optional<Instance> find(Sql transaction, String name) {
    return !Instance.isName(name)
        ? Optional.empty()
        : transaction.first(this::instance, SELECT + "WHERE name = $1", name);
  }

  void add(Sql transaction, Instance instance) {
    transaction.run(
        """
        INSERT INTO ingestion.instances
          (instance_id, name, is_default, is_active, tenant_id, channel_type, evolution_url,
            evolution_key_encrypted, whatsapp_instance, session_id_prefix, agent_api_url,
            agent_api_key_encrypted, default_agent, agent_timeout, webhook_secret_encrypted,
            webhook_signing)
        VALUES ($1, $13, false, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $14, $15)
        """,
        parameters(instance));
  }

  void update(Sql transaction, Instance instance) {
    transaction.run(
        """
        UPDATE ingestion.instances
        SET is_active = $2, tenant_id = $3, channel_type = $4, evolution_url = $5,
          evolution_key_encrypted = $6, whatsapp_instance = $7, session_id_prefix = $8,
          agent_api_url = $9, agent_api_key_encrypted = $10, default_agent = $11,
          agent_timeout = $12, webhook_secret_encrypted = $14, webhook_signing = $15,
          updated_at = now()
        WHERE instance_id = $1 AND name = $13
        """,
        parameters(instance));
  }

  private Object[] parameters(Instance instance) {
    Settings settings = instance.settings();
    return new Object[] {
      instance.id(),
      instance.isActive(),
      instance.tenantId(),
      instance.channelType(),
      settings.evolutionUrl(),
      encrypted(instance.id(), settings.evolutionKey()),
      settings.whatsappInstance(),
      settings.sessionIdPrefix(),
      settings.agentApiUrl(),
      encrypted(instance.id(), settings.agentApiKey()),
      settings.defaultAgent(),
      settings.agentTimeout(),
      instance.name(),
      encrypted(instance.id(), instance.webhookSecret()),
      instance.webhookSigning().toString()
    };
  }

  void makeDefault(Sql transaction, UUID id) {
    transaction.run(
        "UPDATE ingestion.instances SET is_default = false WHERE is_default AND instance_id <> $1",
        id);
    transaction.run("UPDATE ingestion.instances SET is_default = true WHERE instance_id = $1", id);
  }

  /** Deletes an instance; if it was the default, the oldest other instance becomes the default. */
  void remove(Sql transaction, Instance instance) {
    transaction.run("DELETE FROM ingestion.instances WHERE instance_id = $1", instance.id());
    if (instance.isDefault()) {
      transaction.run(
          """
          UPDATE ingestion.instances
          SET is_default = true
          WHERE instance_id = (
            SELECT instance_id FROM ingestion.instances ORDER BY is_active DESC, created_at LIMIT 1)
          """);
    }
  }

  private Optional<Buffer> encrypted(UUID id, Optional<String> secret) {
    return secret.map(
        clear -> Buffer.buffer(keyRing.encrypt(clear, Instance.encryptionContext(id))));
  }

  private Optional<String> decrypted(UUID id, Buffer ciphertext) {
    return Optional.ofNullable(ciphertext)
        .map(bytes -> keyRing.decrypt(bytes.getBytes(), Instance.encryptionContext(id)));
  }

  private Optional<Instance> first(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(this::instance).findFirst();
  }

  private Instance instance(Row row) {
    UUID id = row.getUUID("instance_id");
    return new Instance(
        id,
        row.getString("name"),
        Optional.ofNullable(row.getUUID("tenant_id")),
        row.getString("channel_type"),
        new Settings(
            Optional.ofNullable(row.getString("evolution_url")),
            decrypted(id, row.getBuffer("evolution_key_encrypted")),
            Optional.ofNullable(row.getString("whatsapp_instance")),
            Optional.ofNullable(row.getString("session_id_prefix")),
            Optional.ofNullable(row.getString("agent_api_url")),
            decrypted(id, row.getBuffer("agent_api_key_encrypted")),
            Optional.ofNullable(row.getString("default_agent")),
            Optional.ofNullable(row.getInteger("agent_timeout"))),
        decrypted(id, row.getBuffer("webhook_secret_encrypted")),
        WebhookSigning.of(row.getString("webhook_signing")),
        row.getBoolean("is_default"),
        row.getBoolean("is_active"),
        Columns.instant(row, "created_at"),
        Columns.instant(row, "updated_at"));
  }
}
