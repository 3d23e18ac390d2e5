package io.tenantry.ingestion.capture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tenantry.ingestion.event.Event;
import io.tenantry.kernel.problem.FieldError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** An event while its JSON is read, and all that is wrong with it. */
final class EventDraft {

  private static final byte[] NO_DATA = {};

  private final long maxSize;
  private final List<FieldError> errors = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final Map<String, String> extensions = new HashMap<>();
  private String source = "";
  private String id = "";
  private String type = "";
  private String subject;
  private String time;
  private String contentType = Event.JSON;
  private String text;
  private byte[] data = NO_DATA;
  private Submission.Identity identity = Submission.Identity.SENDER;

  EventDraft(long maxSize) {
    this.maxSize = maxSize;
  }

  List<FieldError> errors() {
    return errors;
  }

  Submission.Identity identity() {
    return identity;
  }

  void refuse(String field, String message) {
    errors.add(new FieldError(field, message));
  }

  /** Notes a field; of two with the same name nobody knows which is meant. */
  boolean isFirst(String field) {
    if (seen.add(field)) {
      return true;
    }
    refuse(field, "is there twice");
    return false;
  }

  boolean has(String field) {
    return seen.contains(field);
  }

  void require(String... fields) {
    for (String field : fields) {
      if (!has(field)) {
        refuse(field, "is required");
      }
    }
  }

  void id(String field, JsonParser json) throws IOException {
    id = string(field, json, Event.LONGEST_ID);
  }

  void generateId() {
    id = UUID.randomUUID().toString();
    identity = Submission.Identity.SERVICE;
  }

  void source(String field, JsonParser json) throws IOException {
    source = string(field, json, Event.LONGEST_SOURCE);
  }

  void defaultSource(String value) {
    source = value;
  }

  void type(String field, JsonParser json) throws IOException {
    type = string(field, json, Event.LONGEST_TYPE);
  }

  void subject(String field, JsonParser json) throws IOException {
    subject = string(field, json, Event.LONGEST_ATTRIBUTE);
  }

  void contentType(String field, JsonParser json) throws IOException {
    contentType = string(field, json, Event.LONGEST_ATTRIBUTE);
  }

  void time(String field, JsonParser json) throws IOException {
    time = string(field, json, Event.LONGEST_ATTRIBUTE);
    if (!time.isEmpty() && !isTime(time)) {
      refuse(field, "must be a time as in RFC 3339, for example 2026-11-21T04:44:07.465Z");
    }
  }

  private static boolean isTime(String text) {
    try {
      int year = OffsetDateTime.parse(text).getYear();
      return year > 0 && year < 10_000;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** An attribute of any simple type, in CloudEvents' string representation. */
  void extension(String name, JsonParser json) throws IOException {
    if (extensions.size() == Event.MOST_EXTENSIONS) {
      refuse(name, "is one attribute too many: an event may have " + Event.MOST_EXTENSIONS);
      json.skipChildren();
      return;
    }
    switch (json.currentToken()) {
      case VALUE_STRING -> extensions.put(name, string(name, json, Event.LONGEST_ATTRIBUTE));
      case VALUE_NUMBER_INT, VALUE_TRUE, VALUE_FALSE -> extensions.put(name, json.getText());
      default -> {
        refuse(name, "must be a string, an integer or a boolean");
        json.skipChildren();
      }
    }
  }

  private String string(String field, JsonParser json, int longest) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      refuse(field, "must be a string");
      json.skipChildren();
      return "";
    }
    String value = json.getText();
    if (value.isEmpty() || value.length() > longest) {
      refuse(field, "must have 1 to %d characters".formatted(longest));
      return "";
    }
    JsonText.flaw(value).ifPresent(flaw -> refuse(field, flaw));
    return value;
  }

  /** The data as JSON, byte for byte. */
  void data(String field, JsonParser json, byte[] body) throws IOException {
    int from = (int) json.currentTokenLocation().getByteOffset();
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      text = json.getText();
    }
    json.skipChildren();
    int to = (int) json.currentLocation().getByteOffset();
    if (to - from > maxSize) {
      refuse(field, "has more than %d bytes".formatted(maxSize));
      return;
    }
    data = Arrays.copyOfRange(body, from, to);
    JsonText.flaw(data).ifPresent(flaw -> refuse(field, flaw));
  }

  /** The data as base64 of any bytes. */
  void base64(String field, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      refuse(field, "must be a string");
      json.skipChildren();
      return;
    }
    try {
      data = Base64.getDecoder().decode(json.getText());
      if (data.length > maxSize) {
        refuse(field, "has more than %d bytes".formatted(maxSize));
      }
    } catch (IllegalArgumentException e) {
      refuse(field, "is not base64");
    }
  }

  /** Data that is a text, and not called JSON, is that text and not its JSON. */
  void unwrapText() {
    if (text != null && !Event.isJson(contentType)) {
      data = text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Bytes that are called JSON have to be; called nothing, they may be anything. */
  void checkBase64() {
    if (!has("datacontenttype")) {
      contentType = "application/octet-stream";
    } else if (Event.isJson(contentType) && !JsonText.isJson(data)) {
      refuse("data_base64", "is not the JSON that datacontenttype says");
    }
  }

  Event event(UUID tenantId) {
    return new Event(
        tenantId,
        source,
        id,
        type,
        Optional.ofNullable(subject),
        Optional.ofNullable(time),
        contentType,
        extensions,
        data);
  }
}
