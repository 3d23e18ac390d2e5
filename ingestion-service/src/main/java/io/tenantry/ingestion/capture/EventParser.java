package io.tenantry.ingestion.capture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.http.JsonText;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.JsonLimits;
import io.vertx.core.MultiMap;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * Parses the body of a request: Tenantry's own JSON or CloudEvents, one event or a list. The bytes
 * of an event's data are copied unchanged and not parsed into objects.
 */
@Singleton
final class EventParser {

  private final CaptureConfig config;
  private final FileEvents fileEvents;

  EventParser(CaptureConfig config, FileEvents fileEvents) {
    this.config = config;
    this.fileEvents = fileEvents;
  }

  /**
   * Parses a body.
   *
   * @throws TenantryException {@code MALFORMED_JSON} if it is not JSON, {@code PAYLOAD_TOO_LARGE}
   *     if it has too many events, {@code VALIDATION_FAILED} if it is neither an event nor a list,
   *     or exceeds a limit for JSON
   */
  Submission parse(UUID tenantId, EventFormat format, byte[] body) {
    if (!JsonText.isUtf8(body)) {
      throw new TenantryException(ErrorCode.MALFORMED_JSON, "The body is not UTF-8.");
    }
    try (JsonParser json = JsonText.JSON.createParser(body)) {
      JsonToken first = json.nextToken();
      if (first == null) {
        throw new TenantryException(ErrorCode.MALFORMED_JSON, "The body is empty.");
      }
      return parse(tenantId, format, body, json, first);
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new TenantryException(ErrorCode.MALFORMED_JSON, "The body is not valid JSON.", e);
    }
  }

  /** Parses an event in HTTP's binary mode. */
  Submission parseBinary(UUID tenantId, MultiMap headers, byte[] body) {
    EventDraft draft = draft();
    BinaryMode.read(headers, body, draft);
    return new Submission(Submission.Shape.SINGLE, List.of(item(tenantId, draft)));
  }

  private EventDraft draft() {
    return new EventDraft(config.maxEventSize().asLongValue());
  }

  /** Reports the location only: Jackson's message quotes the body. */
  private static TenantryException malformed(JsonProcessingException e) {
    return new TenantryException(
        ErrorCode.MALFORMED_JSON,
        "The body is not valid JSON at line %d, column %d."
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
  }

  /** The parser's location: the event's index in a list, and its field. */
  private static String location(JsonStreamContext context) {
    Deque<JsonStreamContext> path = new ArrayDeque<>();
    for (JsonStreamContext each = context; !each.inRoot(); each = each.getParent()) {
      path.addFirst(each);
    }
    String location = "";
    if (!path.isEmpty() && path.peekFirst().inArray()) {
      location = "[" + path.removeFirst().getCurrentIndex() + "]";
    }
    if (!path.isEmpty() && path.peekFirst().hasCurrentName()) {
      location += (location.isEmpty() ? "" : ".") + path.peekFirst().getCurrentName();
    }
    return location;
  }

  private Submission parse(
      UUID tenantId, EventFormat format, byte[] body, JsonParser json, JsonToken first)
      throws IOException {
    try {
      Submission submission = events(tenantId, format, body, json, first);
      if (json.nextToken() != null) {
        throw new TenantryException(
            ErrorCode.MALFORMED_JSON, "The body has more than one JSON value.");
      }
      return submission;
    } catch (StreamConstraintsException e) {
      throw new InvalidRequest(location(json.getParsingContext()), JsonLimits.describe(e));
    }
  }

  private Submission events(
      UUID tenantId, EventFormat format, byte[] body, JsonParser json, JsonToken first)
      throws IOException {
    if (first == JsonToken.START_OBJECT && format.permits(Submission.Shape.SINGLE)) {
      return new Submission(Submission.Shape.SINGLE, List.of(item(tenantId, format, body, json)));
    }
    if (first == JsonToken.START_ARRAY && format.permits(Submission.Shape.BATCH)) {
      List<Submission.Item> items = new ArrayList<>();
      for (JsonToken t = json.nextToken(); t != JsonToken.END_ARRAY; t = json.nextToken()) {
        if (items.size() == config.maxBatch()) {
          throw new TenantryException(
              ErrorCode.PAYLOAD_TOO_LARGE,
              "The body has more than %d events.".formatted(config.maxBatch()));
        }
        if (t == JsonToken.START_OBJECT) {
          items.add(item(tenantId, format, body, json));
        } else {
          json.skipChildren();
          items.add(new Submission.Invalid(List.of(new FieldError("", "must be a JSON object"))));
        }
      }
      return new Submission(Submission.Shape.BATCH, items);
    }
    throw new InvalidRequest("", "must be " + format.shapes());
  }

  private Submission.Item item(UUID tenantId, EventFormat format, byte[] body, JsonParser json)
      throws IOException {
    EventDraft draft = draft();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      format.read(field, json, body, draft);
    }
    format.complete(draft);
    return item(tenantId, draft);
  }

  private Submission.Item item(UUID tenantId, EventDraft draft) {
    Event event = draft.event(tenantId);
    fileEvents.check(event, draft.errors());
    return draft.errors().isEmpty()
        ? new Submission.Valid(event, draft.identity())
        : new Submission.Invalid(List.copyOf(draft.errors()));
  }
}
