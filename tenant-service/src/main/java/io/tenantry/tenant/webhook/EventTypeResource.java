package io.tenantry.tenant.webhook;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.tenant.webhook.event.EventField;
import io.tenantry.tenant.webhook.event.Messages;
import io.tenantry.tenant.webhook.event.WebhookEventType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** REST endpoint of the catalog of event types. */
@Path("/api/v1/webhooks/event-types")
@RolesAllowed({Roles.VIEWER, Roles.SCOPE_WEBHOOKS, Roles.SCOPE_PORTAL})
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class EventTypeResource {

  private static final Instant EXAMPLE_TIME = Instant.parse("2027-01-31T12:00:00Z");
  private static final String TYPE = "type";
  private static final String DESCRIPTION = "description";

  private final Messages messages;

  EventTypeResource(Messages messages) {
    this.messages = messages;
  }

  @GET
  @Operation(summary = "List the event types of webhooks, with schemas and examples")
  @APIResponse(responseCode = "200", description = "The event types")
  public EventTypes list() {
    return new EventTypes(Arrays.stream(WebhookEventType.values()).map(this::describe).toList());
  }

  private Item describe(WebhookEventType type) {
    return new Item(
        type.id(),
        type.description(),
        !type.concernsTenant(),
        schema(type),
        Map.of(
            TYPE,
            type.id(),
            "timestamp",
            EXAMPLE_TIME,
            "data",
            messages.parse(messages.example(type, Optional.empty()))));
  }

  /** A JSON Schema of the whole payload. */
  private static Map<String, Object> schema(WebhookEventType type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    type.fields().forEach(field -> properties.put(field.name(), schema(field)));
    return object(
        Map.of(
            TYPE,
            Map.of("const", type.id()),
            "timestamp",
            Map.of(TYPE, "string", "format", "date-time"),
            "data",
            object(
                properties,
                type.fields().stream()
                    .filter(field -> !field.isOptional())
                    .map(EventField::name)
                    .toList())),
        List.of(TYPE, "timestamp", "data"));
  }

  private static Map<String, Object> schema(EventField field) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put(TYPE, field.kind().toString());
    if (field.isId()) {
      schema.put("format", "uuid");
    }
    schema.put(DESCRIPTION, field.description());
    return schema;
  }

  private static Map<String, Object> object(Map<String, Object> properties, List<String> required) {
    return Map.of(TYPE, "object", "properties", properties, "required", required);
  }

  /** All event types. */
  record EventTypes(List<Item> items) {}

  /**
   * An event type.
   *
   * @param operatorOnly whether only endpoints of the operator receive it
   * @param schema of the payload; fields may be added
   * @param example a payload
   */
  record Item(
      String type,
      String description,
      boolean operatorOnly,
      @Schema(description = "The JSON Schema of the payload; fields may be added")
          Map<String, Object> schema,
      @Schema(description = "A payload") Map<String, Object> example) {}
}
