package io.tenantry.ingestion.capture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The formats of events in a request body. */
enum EventFormat {
  /** Tenantry's own JSON: one object, or an array of them. */
  OWN("application/json") {
    @Override
    boolean permits(Submission.Shape shape) {
      return true;
    }

    @Override
    String shapes() {
      return "a JSON object or an array of them";
    }

    @Override
    void read(String field, JsonParser json, byte[] body, EventDraft draft) throws IOException {
      if (!draft.isFirst(field)) {
        json.skipChildren();
        return;
      }
      switch (field) {
        case "event_id" -> draft.attribute("id", field, json);
        case "type", "source", "subject" -> draft.attribute(field, field, json);
        case "occurred_at" -> draft.attribute("time", field, json);
        case "data" -> draft.data(field, json, body);
        default -> {
          draft.refuse(field, "is not a known field");
          json.skipChildren();
        }
      }
    }

    @Override
    void complete(EventDraft draft) {
      draft.require("type");
      if (!draft.has("event_id")) {
        draft.generateId();
      }
      if (!draft.has("source")) {
        draft.defaultSource(DEFAULT_SOURCE);
      }
    }
  },

  /** CloudEvents 1.0, JSON format, one event. */
  CLOUD_EVENT("application/cloudevents+json") {
    @Override
    boolean permits(Submission.Shape shape) {
      return shape == Submission.Shape.SINGLE;
    }

    @Override
    String shapes() {
      return "a JSON object";
    }
  },

  /** CloudEvents 1.0, JSON batch format. */
  CLOUD_EVENT_BATCH("application/cloudevents-batch+json") {
    @Override
    boolean permits(Submission.Shape shape) {
      return shape == Submission.Shape.BATCH;
    }

    @Override
    String shapes() {
      return "an array of JSON objects";
    }
  };

  /** The source of events without a source. */
  static final String DEFAULT_SOURCE = "urn:tenantry:capture";

  private static final String CLOUD_EVENTS = "application/cloudevents";

  private final String mediaType;

  EventFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  /**
   * The format with this media type; empty if the type is not supported.
   *
   * @param contentType the header Content-Type, null if it is missing
   */
  static Optional<EventFormat> of(@Nullable String contentType) {
    if (contentType == null) {
      return Optional.empty();
    }
    int parameters = contentType.indexOf(';');
    String type =
        parameters < 0 ? contentType.strip() : contentType.substring(0, parameters).strip();
    for (EventFormat format : values()) {
      if (format.mediaType.equalsIgnoreCase(type)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** Whether a media type is a CloudEvents event format, also one that is not supported. */
  static boolean isCloudEvents(@Nullable String contentType) {
    return contentType != null
        && contentType.strip().regionMatches(true, 0, CLOUD_EVENTS, 0, CLOUD_EVENTS.length());
  }

  /** Whether a body of this format may have this shape. */
  abstract boolean permits(Submission.Shape shape);

  /** A description of the permitted shapes, for error messages. */
  abstract String shapes();

  /**
   * Reads the field at the parser's position. This is the implementation for both CloudEvents
   * formats.
   */
  void read(String field, JsonParser json, byte[] body, EventDraft draft) throws IOException {
    // A null attribute is an absent one (CloudEvents' JSON format, section 2.2).
    if (json.currentToken() == JsonToken.VALUE_NULL && !field.equals("data")) {
      return;
    }
    if (!draft.isFirst(field)) {
      json.skipChildren();
      return;
    }
    switch (field) {
      case "data" -> draft.data(field, json, body);
      case "data_base64" -> draft.base64(field, json);
      default -> draft.attribute(field, field, json);
    }
  }

  /** Checks the event as a whole. */
  void complete(EventDraft draft) {
    draft.require("specversion", "id", "source", "type");
    if (draft.has("data") && draft.has("data_base64")) {
      draft.refuse("data_base64", "must not be combined with data");
    }
    if (draft.has("data_base64")) {
      draft.checkBytes("data_base64", draft.has(EventDraft.CONTENT_TYPE));
    } else {
      draft.unwrapText();
    }
  }
}
