package io.tenantry.ingestion.event;

import static io.tenantry.kernel.event.CloudEventHeaders.PREFIX;
import static io.tenantry.kernel.event.CloudEventHeaders.header;
import static io.tenantry.kernel.event.CloudEventHeaders.text;

import io.tenantry.kernel.event.CloudEventHeaders;
import io.tenantry.kernel.event.InvalidEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Converts events to and from Kafka messages: CloudEvents in binary mode (Kafka protocol binding,
 * section 3.2), with the tenant's id as key.
 */
public final class EventMessage {

  private static final String CONTENT_TYPE = "content-type";

  private EventMessage() {}

  /** Creates the message for an event. */
  public static ProducerRecord<byte[], byte[]> of(String topic, Event event) {
    List<Header> headers = new ArrayList<>(8 + event.extensions().size());
    headers.add(CloudEventHeaders.VERSION);
    headers.add(header(PREFIX + "id", event.id()));
    headers.add(header(PREFIX + "source", event.source()));
    headers.add(header(PREFIX + "type", event.type()));
    event.subject().ifPresent(subject -> headers.add(header(PREFIX + "subject", subject)));
    event.time().ifPresent(time -> headers.add(header(PREFIX + "time", time)));
    headers.add(header(CONTENT_TYPE, event.contentType()));
    event.extensions().forEach((name, value) -> headers.add(header(PREFIX + name, value)));
    return new ProducerRecord<>(topic, null, key(event.tenantId()), event.data(), headers);
  }

  /** The key of all of a tenant's messages. */
  public static byte[] key(UUID tenantId) {
    return tenantId.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The tenant a message belongs to; empty if its key is not a tenant id.
   *
   * @param key the message's key, null if it has none
   */
  public static Optional<UUID> tenantOf(byte @Nullable [] key) {
    if (key == null || key.length != 36) {
      return Optional.empty();
    }
    try {
      String text = new String(key, StandardCharsets.US_ASCII);
      UUID id = UUID.fromString(text);
      // Only the canonical spelling is mapped to the tenant's partition.
      return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads an event from a message.
   *
   * @throws InvalidEvent if the message is not an event that can be stored
   */
  public static Event read(ConsumerRecord<byte[], byte[]> message) {
    UUID tenant =
        tenantOf(message.key()).orElseThrow(() -> new InvalidEvent("the key is not a tenant id"));
    Map<String, String> attributes = new HashMap<>();
    String contentType = "application/octet-stream";
    for (Header header : message.headers()) {
      if (header.key().startsWith(PREFIX)) {
        attributes.put(header.key().substring(PREFIX.length()), text(header));
      } else if (header.key().equals(CONTENT_TYPE)) {
        contentType = text(header);
      }
    }
    if (!"1.0".equals(attributes.remove("specversion"))) {
      throw new InvalidEvent("the message is not a CloudEvent 1.0 in binary mode");
    }
    return new Event(
        tenant,
        required(attributes, "source", Event.MAX_SOURCE_LENGTH),
        required(attributes, "id", Event.MAX_ID_LENGTH),
        required(attributes, "type", Event.MAX_TYPE_LENGTH),
        Optional.ofNullable(attributes.remove("subject")),
        Optional.ofNullable(attributes.remove("time")),
        contentType,
        attributes,
        message.value() == null ? new byte[0] : message.value());
  }

  private static String required(Map<String, String> attributes, String name, int longest) {
    String value = attributes.remove(name);
    if (value == null || value.isEmpty()) {
      throw new InvalidEvent("the header ce_" + name + " is missing");
    }
    if (value.length() > longest) {
      throw new InvalidEvent("the header ce_" + name + " is too long");
    }
    return value;
  }
}
