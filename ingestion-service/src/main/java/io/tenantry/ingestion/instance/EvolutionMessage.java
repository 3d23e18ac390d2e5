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
 * What a message of Evolution API says of itself.
 *
 * @param event what happened, in Evolution's words, for example {@code messages.upsert}
 * @param instance Evolution's own instance, by its name there
 * @param time when Evolution sent it first, as it writes it; a retry has the same
 * @param key what identifies a WhatsApp message, by Evolution's names; empty if it is about no
 *     message
 */
record EvolutionMessage(
    String event, String instance, Optional<String> time, Map<String, String> key) {

  private static final Pattern EVENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /** An event's name in an address: also of events that come with later versions of Evolution. */
  private static final Pattern ADDRESS = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");

  /** Events that are sent once for a WhatsApp message. Other events may have one's key again. */
  private static final Set<String> NEW_MESSAGE = Set.of("messages.upsert", "send.message");

  private static final List<String> KEY = List.of("id", "remoteJid", "fromMe", "participant");

  /** What Evolution puts behind its webhook's address, where each event has an address. */
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

  /** Whether an event could have this name in an address. */
  static boolean isEventName(String text) {
    return ADDRESS.matcher(text).matches();
  }

  /** Reads a message; empty if it is none of Evolution's. */
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
    return EVENT.matcher(event).matches() && isSubject(instance)
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
        && text.length() <= Event.LONGEST_ATTRIBUTE
        && JsonText.flaw(text).isEmpty();
  }

  /** The type of its event. */
  String type() {
    return "io.tenantry.evolution." + event + ".v1";
  }

  /** When it was sent, if that is a time. */
  Optional<String> sentAt() {
    return time.filter(Event::isTime);
  }

  /**
   * What names it, the same in each of Evolution's retries; empty if nothing tells a retry from
   * another event.
   */
  Optional<String> id(byte[] body) {
    if (NEW_MESSAGE.contains(event) && key.containsKey("id")) {
      return Optional.of(
          "evolution:"
              + WebhookProof.sha256(
                  Stream.concat(
                          Stream.of(event, instance),
                          KEY.stream().map(name -> key.getOrDefault(name, "")))
                      .collect(Collectors.joining("\0"))));
    }
    return time.map(sent -> WebhookProof.digest(body));
  }
}
