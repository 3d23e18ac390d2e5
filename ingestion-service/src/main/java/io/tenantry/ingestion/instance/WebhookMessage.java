package io.tenantry.ingestion.instance;

import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.http.JsonText;
import io.tenantry.ingestion.instance.WebhookTargets.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A message from a channel, converted to an event of the instance's tenant.
 *
 * @param isNamed whether its id comes from the sender or from the message; otherwise the id is
 *     generated
 */
record WebhookMessage(Event event, boolean isNamed) {

  /** The CloudEvents type of messages that are not Evolution's. */
  static final String TYPE = "io.tenantry.webhook.received.v1";

  private static final String BINARY = "application/octet-stream";

  /**
   * Converts a body.
   *
   * @param declaredType the content type that the sender declares
   * @param defaults the settings for instances without their own
   */
  static WebhookMessage of(
      Target target, Optional<String> declaredType, byte[] body, Settings defaults) {
    Optional<EvolutionMessage> evolution = EvolutionMessage.read(body);
    Optional<String> id =
        target
            .proof()
            .messageId()
            .or(() -> evolution.flatMap(message -> message.id(body)))
            .or(() -> target.proof().idFromBody(body));
    Event event =
        new Event(
            target.tenantId(),
            "urn:tenantry:instance:" + target.instance().name(),
            id.orElseGet(() -> UUID.randomUUID().toString()),
            evolution.map(EvolutionMessage::type).orElse(TYPE),
            evolution.map(EvolutionMessage::instance),
            evolution.flatMap(EvolutionMessage::sentAt),
            contentType(declaredType, body),
            attributes(target.instance(), defaults),
            body);
    return new WebhookMessage(event, id.isPresent());
  }

  /**
   * The content type of the event; a body that is declared as JSON but is not JSON is binary data.
   */
  private static String contentType(Optional<String> declaredType, byte[] body) {
    String declared = declaredType.orElse("");
    boolean usable =
        declaredType.isPresent()
            && declared.length() <= Event.MAX_ATTRIBUTE_LENGTH
            && JsonText.findUnstorable(declared).isEmpty();
    if (usable && !Event.isJson(declared)) {
      return declared;
    }
    if (!JsonText.isJson(body)) {
      return BINARY;
    }
    return usable ? declared : Event.JSON;
  }

  /** The instance's settings that consumers of the event need, without secrets. */
  private static Map<String, String> attributes(Instance instance, Settings defaults) {
    Settings settings = instance.settings().orElse(defaults);
    Map<String, String> attributes = new HashMap<>();
    attributes.put("instance", instance.name());
    attributes.put("channeltype", instance.channelType());
    settings.whatsappInstance().ifPresent(v -> attributes.put("whatsappinstance", v));
    settings.sessionIdPrefix().ifPresent(v -> attributes.put("sessionidprefix", v));
    settings.defaultAgent().ifPresent(v -> attributes.put("defaultagent", v));
    return attributes;
  }
}
