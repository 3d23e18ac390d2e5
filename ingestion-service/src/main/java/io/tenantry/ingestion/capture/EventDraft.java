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

/** An event while it is read, and all that is wrong with it. */
final class EventDraft {

  /** The attribute that says what the data is. */
  static final String CONTENT_TYPE = "datacontenttype";

  private static final byte[] NO_DATA = {};

  /** CloudEvents' attributes that are no extensions here. */
  private static final Set<String> CORE =
      Set.of("specversion", "id", "source", "type", "subject", "time", CONTENT_TYPE);

  /** CloudEvents advises 20 characters at most, and requires that longer names are taken. */
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

  void generateId() {
    id = UUID.randomUUID().toString();
    identity = Submission.Identity.SERVICE;
  }

  void defaultSource(String value) {
    source = value;
  }

  /**
   * An attribute whose value the parser is at: a string; of extensions also another simple type, in
   * CloudEvents' string representation.
   *
   * @param name its name in CloudEvents
   * @param field what the sender calls it
   */
  void attribute(String name, String field, JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.VALUE_STRING || (isExtension(name) && isSimple(token))) {
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

  private static boolean isSimple(JsonToken token) {
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
      case "id" -> id = text(field, value, Event.LONGEST_ID);
      case "source" -> source = text(field, value, Event.LONGEST_SOURCE);
      case "type" -> type = text(field, value, Event.LONGEST_TYPE);
      case "subject" -> subject = text(field, value, Event.LONGEST_ATTRIBUTE);
      case "time" -> {
        time = text(field, value, Event.LONGEST_ATTRIBUTE);
        if (!time.isEmpty() && !Event.isTime(time)) {
          refuse(field, "must be a time as in RFC 3339, for example 2026-11-21T04:44:07.465Z");
        }
      }
      case CONTENT_TYPE -> {
        contentType = text(field, value, Event.LONGEST_ATTRIBUTE);
        if (!contentType.isEmpty() && !MEDIA_TYPE.matcher(contentType).matches()) {
          refuse(field, "must be a media type, for example text/plain");
        }
      }
      default -> extension(name, field, value);
    }
  }

  private void extension(String name, String field, String value) {
    if (!EXTENSION.matcher(name).matches() || name.equals("data")) {
      refuse(field, "is no name of an attribute: 1 to 255 of a-z 0-9");
    } else if (extensions.size() == Event.MOST_EXTENSIONS) {
      refuse(field, "is one attribute too many: an event may have " + Event.MOST_EXTENSIONS);
    } else {
      extensions.put(name, text(field, value, Event.LONGEST_ATTRIBUTE));
    }
  }

  private String text(String field, String value, int longest) {
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
    Optional<String> number = JsonText.skipValue(json);
    int to = (int) json.currentLocation().getByteOffset();
    if (to - from > maxSize) {
      refuse(field, "has more than %d bytes".formatted(maxSize));
      return;
    }
    data = Arrays.copyOfRange(body, from, to);
    number.or(() -> JsonText.flaw(data)).ifPresent(flaw -> refuse(field, flaw));
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

  /** The data as any bytes; not copied. */
  void bytes(byte[] body) {
    data = body;
  }

  /** Bytes that are called JSON have to be; called nothing, they may be anything. */
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
