package io.tenantry.tenant.webhook.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The payloads of messages, as the Standard Webhooks specification proposes them. */
@Singleton
public final class Messages {

  /** Keeps a payload of all fields far below 20 KB. */
  private static final int LONGEST_TEXT = 1000;

  private final ObjectMapper mapper;

  Messages(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** The value of the header {@code webhook-id}: the same for all attempts of a delivery. */
  public static String id(UUID deliveryId) {
    return "msg_" + deliveryId.toString().replace("-", "");
  }

  /**
   * The payload of a message. The same arguments always give the same bytes, so that a retry sends
   * what the first attempt sent.
   *
   * @param data JSON of {@link #data}
   */
  public static String payload(String type, Instant occurredAt, String data) {
    return "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":%s}".formatted(type, occurredAt, data);
  }

  /** The data of a message: the fields of its type that the fact has, as JSON. */
  String data(WebhookEventType type, Object fact) {
    JsonNode all = mapper.valueToTree(fact);
    ObjectNode data = mapper.createObjectNode();
    for (EventField field : type.fields()) {
      JsonNode value = all.path(field.name());
      if (value.isTextual() && value.asText().length() > LONGEST_TEXT) {
        data.put(field.name(), value.asText().substring(0, LONGEST_TEXT));
      } else if (!value.isMissingNode() && !value.isNull()) {
        data.set(field.name(), value);
      }
    }
    return json(data);
  }

  /**
   * The example of a type, as JSON.
   *
   * @param tenantId the tenant in it; empty for an example tenant
   */
  public String example(WebhookEventType type, Optional<UUID> tenantId) {
    ObjectNode data = mapper.createObjectNode();
    for (EventField field : type.fields()) {
      data.set(field.name(), mapper.valueToTree(field.example()));
    }
    tenantId
        .filter(tenant -> type.concernsTenant())
        .ifPresent(tenant -> data.put("tenant_id", tenant.toString()));
    return json(data);
  }

  /** Parses the data of a message, for answers that contain it. */
  public Map<String, Object> parse(String data) {
    try {
      return mapper.readValue(
          data, mapper.getTypeFactory().constructMapType(Map.class, String.class, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the stored data of an event is not JSON", e);
    }
  }

  private String json(Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
