package io.tenantry.ingestion.capture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.tenantry.ingestion.event.Event;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.FieldError;
import io.tenantry.kernel.problem.InvalidRequest;
import io.tenantry.kernel.problem.TenantryException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Reads the body of a request: Tenantry's own JSON or CloudEvents, one event or a list. Of an
 * event's data it copies the bytes as they came, without making anything of them.
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
   * Reads a body.
   *
   * @throws TenantryException {@code MALFORMED_JSON} if it is no JSON, {@code PAYLOAD_TOO_LARGE} if
   *     it has too many events, {@code VALIDATION_FAILED} if it is neither an event nor a list
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
      Submission submission = parse(tenantId, format, body, json, first);
      if (json.nextToken() != null) {
        throw new TenantryException(
            ErrorCode.MALFORMED_JSON, "The body has more than one JSON value.");
      }
      return submission;
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new TenantryException(ErrorCode.MALFORMED_JSON, "The body is not valid JSON.", e);
    }
  }

  /** Says where, never what: Jackson's own message quotes the body. */
  private static TenantryException malformed(JsonProcessingException e) {
    // What is nested too deep has no location.
    String where =
        e.getLocation() == null
            ? ""
            : " at line %d, column %d"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return new TenantryException(
        ErrorCode.MALFORMED_JSON, "The body is not valid JSON" + where + ".");
  }

  private Submission parse(
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
    EventDraft draft = new EventDraft(config.maxEventSize().asLongValue());
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      format.read(field, json, body, draft);
    }
    format.complete(draft);
    Event event = draft.event(tenantId);
    fileEvents.check(event, draft.errors());
    return draft.errors().isEmpty()
        ? new Submission.Valid(event, draft.identity())
        : new Submission.Invalid(List.copyOf(draft.errors()));
  }
}
