package io.tenantry.ingestion.instance;

import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.http.JsonText;
import io.tenantry.ingestion.instance.WebhookTargets.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a channel has sent, as an event of the instance's tenant.
 *
 * @param named whether the sender, or what it sent, names it; else its id is a new one
 */
record WebhookMessage(Event event, boolean named) {

  /** The type of events that are not known to be Evolution's. */
  static final String TYPE = "io.tenantry.webhook.received.v1";

  private static final String OTHER = "application/octet-stream";

  /**
   * The message in a body.
   *
   * @param declaredType what the sender says that the body is
   * @param standards for instances without settings of their own
   */
  static WebhookMessage of(
      Target target, Optional<String> declaredType, byte[] body, Settings standards) {
    Optional<EvolutionMessage> evolution = EvolutionMessage.read(body);
    Optional<String> id =
        target
            .proof()
            .messageId()
            .or(() -> evolution.flatMap(message -> message.id(body)))
            .or(() -> target.proof().nameByBody(body));
    Event event =
        new Event(
            target.tenantId(),
            "urn:tenantry:instance:" + target.instance().name(),
            id.orElseGet(() -> UUID.randomUUID().toString()),
            evolution.map(EvolutionMessage::type).orElse(TYPE),
            evolution.map(EvolutionMessage::instance),
            evolution.flatMap(EvolutionMessage::sentAt),
            contentType(declaredType, body),
            attributes(target.instance(), standards),
            body);
    return new WebhookMessage(event, id.isPresent());
  }

  /** What is not the JSON it says it is, is any bytes. */
  private static String contentType(Optional<String> declaredType, byte[] body) {
    String declared = declaredType.orElse("");
    boolean usable =
        declaredType.isPresent()
            && declared.length() <= Event.LONGEST_ATTRIBUTE
            && JsonText.flaw(declared).isEmpty();
    if (usable && !Event.isJson(declared)) {
      return declared;
    }
    if (!JsonText.isJson(body)) {
      return OTHER;
    }
    return usable ? declared : Event.JSON;
  }

  /** What whoever handles the event has to know of the instance; no secret. */
  private static Map<String, String> attributes(Instance instance, Settings standards) {
    Settings settings = instance.settings().orElse(standards);
    Map<String, String> attributes = new HashMap<>();
    attributes.put("instance", instance.name());
    attributes.put("channeltype", instance.channelType());
    settings.whatsappInstance().ifPresent(v -> attributes.put("whatsappinstance", v));
    settings.sessionIdPrefix().ifPresent(v -> attributes.put("sessionidprefix", v));
    settings.defaultAgent().ifPresent(v -> attributes.put("defaultagent", v));
    return attributes;
  }
}
