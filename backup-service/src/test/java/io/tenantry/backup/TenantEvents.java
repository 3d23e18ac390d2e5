package io.tenantry.backup;

import io.tenantry.localstack.LocalStack;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes events of tenants, as tenant-service does; all on one partition, and so in order. */
public final class TenantEvents implements AutoCloseable {

  public static final String TOPIC = "tenantry.tenant-events";
  public static final String PROVISIONED = "io.tenantry.tenant.provisioned.v1";
  public static final String DELETED = "io.tenantry.tenant.deleted.v1";

  private static final String SOURCE = "/tenantry/tenant-service";

  private final Producer<String, byte[]> producer;

  /** The key of all events of this object: events with one key keep their order. */
  private final String key = UUID.randomUUID().toString();

  private final String topic;

  public TenantEvents() {
    this(TOPIC);
  }

  /** Sends to another topic. */
  public TenantEvents(String topic) {
    this(topic, LocalStack.shared().kafka().bootstrapServers());
  }

  /** Sends to a topic of another broker. */
  public TenantEvents(String topic, String bootstrapServers) {
    this.topic = topic;
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "max.request.size", "2000000"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** The headers of a CloudEvent. */
  public static Map<String, String> headers(UUID id, String type) {
    return Map.of(
        "ce_specversion", "1.0",
        "ce_id", id.toString(),
        "ce_source", SOURCE,
        "ce_type", type,
        "ce_subject", "whatever",
        "ce_time", "2026-01-02T03:04:05Z",
        "content-type", "application/json");
  }

  /** The data of an event that a tenant was provisioned. */
  public static String provisioned(UUID tenant, String cron, int retentionDays) {
    return """
        {"tenant_id": "%s", "name": "acme", "environment": "production", "blueprint": "car",
         "blueprint_version": "1", "region": "us-east-1",
         "backup": {"schedule": "%s", "retention_days": %d}}
        """
        .formatted(tenant, cron, retentionDays);
  }

  /** Publishes that a tenant was provisioned; returns the event's id. */
  public UUID publishProvisioned(UUID tenant) {
    UUID id = UUID.randomUUID();
    publishProvisioned(id, tenant);
    return id;
  }

  public void publishProvisioned(UUID id, UUID tenant) {
    publish(headers(id, PROVISIONED), provisioned(tenant, "0 0 2 * * ?", 30));
  }

  /** Publishes that a tenant was deleted; returns where the event is. */
  public RecordMetadata publishDeleted(UUID tenant) {
    return publish(
        headers(UUID.randomUUID(), DELETED),
        "{\"tenant_id\": \"%s\", \"name\": \"acme\", \"environment\": \"production\"}"
            .formatted(tenant));
  }

  public void publishDeleting(UUID tenant, UUID deletion) {
    publish(
        headers(UUID.randomUUID(), "io.tenantry.tenant.deleting.v1"),
        """
        {"tenant_id": "%s", "name": "acme", "environment": "production", "deletion_id": "%s",
         "final_backup": true}
        """
            .formatted(tenant, deletion));
  }

  /** Sends any message; returns where it is. */
  public RecordMetadata publish(Map<String, String> headers, String value) {
    return publish(headers, value == null ? null : value.getBytes(StandardCharsets.UTF_8));
  }

  public RecordMetadata publish(Map<String, String> headers, byte[] value) {
    ProducerRecord<String, byte[]> message = new ProducerRecord<>(topic, key, value);
    new HashMap<>(headers)
        .forEach(
            (name, text) -> message.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try {
      return producer.send(message).get();
    } catch (Exception e) {
      throw new IllegalStateException("the event could not be sent", e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
