package io.tenantry.tenant.event;

import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What backup-service tells of its work. */
public final class OperationEvents {

  private static final String TOPIC = "tenantry.operation-events";

  private OperationEvents() {}

  /** Tells that a final backup is stored; returns the event's id. */
  public static String finalBackupCompleted(UUID tenantId, UUID backupId, String deletionId) {
    return send(
        tenantId,
        "io.tenantry.backup.completed.v1",
        """
        {"tenant_id":"%s","backup_id":"%s","kind":"final","deletion_id":"%s","size_bytes":1}
        """
            .formatted(tenantId, backupId, deletionId));
  }

  /** Tells that a final backup could not be made; returns the event's id. */
  public static String finalBackupFailed(UUID tenantId, String deletionId) {
    return send(
        tenantId,
        "io.tenantry.backup.failed.v1",
        """
        {"tenant_id":"%s","backup_id":"%s","kind":"final","deletion_id":"%s","code":"STORE_FULL"}
        """
            .formatted(tenantId, UUID.randomUUID(), deletionId));
  }

  /** Whether the service has handled the event. */
  public static boolean isHandled(String eventId) {
    return !Postgres.column(
            Postgres.CONTROL, "SELECT 1 FROM control_plane.inbox WHERE event_id = ?", eventId)
        .isEmpty();
  }

  private static String send(UUID tenantId, String type, String data) {
    String id = UUID.randomUUID().toString();
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(TOPIC, tenantId.toString(), data.getBytes(StandardCharsets.UTF_8));
    Map.of(
            "ce_specversion",
            "1.0",
            "ce_id",
            id,
            "ce_source",
            "/tenantry/backup-service",
            "ce_type",
            type)
        .forEach(
            (name, value) -> message.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    try (Producer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", LocalStack.shared().kafka().bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(message).get();
      return id;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
