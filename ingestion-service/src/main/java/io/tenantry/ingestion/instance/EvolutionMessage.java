package io.tenantry.ingestion.instance;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.http.JsonText;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The metadata of a webhook message of Evolution API.
 *
 * @param event Evolution's name of the event, for example {@code messages.upsert}
 * @param instance the name of the instance in Evolution
 * @param time when Evolution first sent it, as received; the same in each retry
 * @param key the fields that identify a WhatsApp message, by Evolution's names; empty if the event
 *     does not concern a message
 */
record EvolutionMessage(
    String event, String instance, Optional<String> time, Map<String, String> key) {

  private static final Pattern EVENT_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /** An event's name in a URL; it also matches events of later versions of Evolution. */
  private static final Pattern EVENT_IN_URL = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");

  /** Events that are sent once per WhatsApp message. Other events may repeat the message's key. */
  private static final Set<String> ONCE_PER_MESSAGE = Set.of("messages.upsert", "send.message");

  private static final List<String> KEY_FIELDS =
      List.of("id", "remoteJid", "fromMe", "participant");

  /**
   * The path segments that Evolution appends to the webhook's URL if each event has its own URL.
   */
  static final Set<String> KNOWN_EVENTS =
      Set.of(
          "application-startup",
          "call",
          "chats-delete",
          "chats-set",
          "chats-update",
          "chats-upsert",
          "connection-update",
          "contacts-set",
          "contacts-update",
          "contacts-upsert",
          "creds-update",
          "group-participants-update",
          "group-update",
          "groups-update",
          "groups-upsert",
          "instance-create",
          "instance-delete",
          "labels-association",
          "labels-edit",
          "logout-instance",
          "messages-delete",
          "messages-edited",
          "messages-set",
          "messages-update",
          "messages-upsert",
          "messaging-history-set",
          "new-jwt",
          "presence-update",
          "qrcode-updated",
          "remove-instance",
          "send-message",
          "send-message-update",
          "status-instance",
          "typebot-change-status",
          "typebot-start");

  /** Whether a text can be an event's name in a URL. */
  static boolean isEventName(String text) {
    return EVENT_IN_URL.matcher(text).matches();
  }

  /** Reads a message; empty if it is not a message of Evolution API. */
  static Optional<EvolutionMessage> read(byte[] body) {
    Map<String, String> fields = new HashMap<>();
    Map<String, String> key = new HashMap<>();
    try (JsonParser json = JsonText.JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "event", "instance", "date_time" -> putText(fields, name, json);
          case "data" -> {
            if (value == JsonToken.START_OBJECT) {
              readKey(json, key);
            } else {
              json.skipChildren();
            }
          }
          default -> json.skipChildren();
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    String event = fields.getOrDefault("event", "");
    String instance = fields.getOrDefault("instance", "");
    return EVENT_NAME.matcher(event).matches() && isSubject(instance)
        ? Optional.of(
            new EvolutionMessage(
                event, instance, Optional.ofNullable(fields.get("date_time")), Map.copyOf(key)))
        : Optional.empty();
  }

  private static void readKey(JsonParser json, Map<String, String> key) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean isKey = json.currentName().equals("key");
      if (json.nextToken() == JsonToken.START_OBJECT && isKey) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          putText(key, name, json);
        }
      } else {
        json.skipChildren();
      }
    }
  }

  private static void putText(Map<String, String> fields, String name, JsonParser json)
      throws IOException {
    if (json.currentToken().isScalarValue() && json.currentToken() != JsonToken.VALUE_NULL) {
      fields.put(name, json.getText());
    } else {
      json.skipChildren();
    }
  }

  private static boolean isSubject(String text) {
    return !text.isEmpty()
        && text.length() <= Event.MAX_ATTRIBUTE_LENGTH
        && JsonText.findUnstorable(text).isEmpty();
  }

  /** The CloudEvents type. */
  String type() {
    return "io.tenantry.evolution." + event + ".v1";
  }

  /** When it was sent; empty if that is not a valid timestamp. */
  Optional<String> sentAt() {
    return time.filter(Event::isTime);
  }

  /**
   * The event's id, which is the same in each of Evolution's retries; empty if a retry cannot be
   * distinguished from another event.
   */
  Optional<String> id(byte[] body) {
    if (ONCE_PER_MESSAGE.contains(event) && key.containsKey("id")) {
      return Optional.of(
          "evolution:"
              + WebhookProof.sha256(
                  Stream.concat(
                          Stream.of(event, instance),
                          KEY_FIELDS.stream().map(name -> key.getOrDefault(name, "")))
                      .collect(Collectors.joining("\0"))));
    }
    return time.map(sent -> WebhookProof.digest(body));
  }
}
