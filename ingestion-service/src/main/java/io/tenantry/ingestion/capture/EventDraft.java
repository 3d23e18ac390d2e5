package io.tenantry.ingestion.capture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.http.JsonText;
import io.tenantry.kernel.error.FieldError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An event that is being parsed, with the errors found so far. */
final class EventDraft {

  /** The attribute with the media type of the data. */
  static final String CONTENT_TYPE = "datacontenttype";

  private static final byte[] NO_DATA = {};

  /** CloudEvents' attributes that are not extensions. */
  private static final Set<String> CORE =
      Set.of("specversion", "id", "source", "type", "subject", "time", CONTENT_TYPE);

  /** CloudEvents recommends at most 20 characters, but requires longer names to be accepted. */
  private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,255}");

  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[\\w!#$%&'*+.^`|~-]+/[\\w!#$%&'*+.^`|~-]+\\s*(;.*)?");

  private final long maxSize;
  private final List<FieldError> errors = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final Map<String, String> extensions = new HashMap<>();
  private String source = "";
  private String id = "";
  private String type = "";
  private @Nullable String subject;
  private @Nullable String time;
  private String contentType = Event.JSON;
  private @Nullable String text;
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

  /** Records a field, and refuses a second one of the same name. */
  boolean isFirst(String field) {
    if (seen.add(field)) {
      return true;
    }
    refuse(field, "occurs twice");
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

  void generateId() {
    id = UUID.randomUUID().toString();
    identity = Submission.Identity.SERVICE;
  }

  void defaultSource(String value) {
    source = value;
  }

  /**
   * Reads an attribute at the parser's position: a string, or for extensions also another scalar in
   * CloudEvents' string representation.
   *
   * @param name the attribute's name in CloudEvents
   * @param field the name of the sender's field, for errors
   */
  void attribute(String name, String field, JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.VALUE_STRING || (isExtension(name) && isScalar(token))) {
      attribute(name, field, json.getText());
    } else {
      refuse(
          field,
          isExtension(name) ? "must be a string, an integer or a boolean" : "must be a string");
      json.skipChildren();
    }
  }

  private static boolean isExtension(String name) {
    return !CORE.contains(name);
  }

  private static boolean isScalar(JsonToken token) {
    return token == JsonToken.VALUE_NUMBER_INT || token.isBoolean();
  }

  /** {@link #attribute(String, String, JsonParser)} with its value as text. */
  void attribute(String name, String field, String value) {
    switch (name) {
      case "specversion" -> {
        if (!value.equals("1.0")) {
          refuse(field, "must be \"1.0\"");
        }
      }
      case "id" -> id = text(field, value, Event.MAX_ID_LENGTH);
      case "source" -> source = text(field, value, Event.MAX_SOURCE_LENGTH);
      case "type" -> type = text(field, value, Event.MAX_TYPE_LENGTH);
      case "subject" -> subject = text(field, value, Event.MAX_ATTRIBUTE_LENGTH);
      case "time" -> {
        time = text(field, value, Event.MAX_ATTRIBUTE_LENGTH);
        if (!time.isEmpty() && !Event.isTime(time)) {
          refuse(field, "must be an RFC 3339 timestamp, for example 2026-11-21T04:44:07.465Z");
        }
      }
      case CONTENT_TYPE -> {
        contentType = text(field, value, Event.MAX_ATTRIBUTE_LENGTH);
        if (!contentType.isEmpty() && !MEDIA_TYPE.matcher(contentType).matches()) {
          refuse(field, "must be a media type, for example text/plain");
        }
      }
      default -> extension(name, field, value);
    }
  }

  private void extension(String name, String field, String value) {
    if (!EXTENSION.matcher(name).matches() || name.equals("data")) {
      refuse(field, "is not a valid attribute name; use 1 to 255 characters of a-z 0-9");
    } else if (extensions.size() == Event.MAX_EXTENSIONS) {
      refuse(field, "exceeds the maximum of " + Event.MAX_EXTENSIONS + " extension attributes");
    } else {
      extensions.put(name, text(field, value, Event.MAX_ATTRIBUTE_LENGTH));
    }
  }

  private String text(String field, String value, int maxLength) {
    if (value.isEmpty() || value.length() > maxLength) {
      refuse(field, "must have 1 to %d characters".formatted(maxLength));
      return "";
    }
    JsonText.findUnstorable(value).ifPresent(problem -> refuse(field, problem));
    return value;
  }

  /** Reads the data as JSON, unchanged. */
  void data(String field, JsonParser json, byte[] body) throws IOException {
    int from = (int) json.currentTokenLocation().getByteOffset();
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      text = json.getText();
    }
    Optional<String> unstorable = JsonText.skipValue(json);
    int to = (int) json.currentLocation().getByteOffset();
    if (to - from > maxSize) {
      refuse(field, "has more than %d bytes".formatted(maxSize));
      return;
    }
    data = Arrays.copyOfRange(body, from, to);
    unstorable.or(() -> JsonText.findUnstorable(data)).ifPresent(problem -> refuse(field, problem));
  }

  /** Reads the data from base64. */
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

  /** If the data is a JSON string and its media type is not JSON, the data is the string's text. */
  void unwrapText() {
    if (text != null && !Event.isJson(contentType)) {
      data = text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Sets the data; not copied. */
  void bytes(byte[] body) {
    data = body;
  }

  /** Checks that data declared as JSON is JSON; without a declared type, the data is binary. */
  void checkBytes(String field, boolean declared) {
    if (!declared) {
      contentType = "application/octet-stream";
    } else if (Event.isJson(contentType)) {
      JsonText.problem(data).ifPresent(problem -> refuse(field, problem));
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
