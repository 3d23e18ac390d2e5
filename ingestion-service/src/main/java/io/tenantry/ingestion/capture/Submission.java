package io.tenantry.ingestion.capture;

import io.tenantry.ingestion.event.Event;
import io.tenantry.kernel.error.FieldError;
import java.util.List;

/**
 * The events of a request.
 *
 * @param shape whether the body is one event or a list
 * @param items the events, in order
 */
record Submission(Shape shape, List<Item> items) {

  /** The shapes of a body. */
  enum Shape {
    SINGLE,
    BATCH
  }

  /** A valid event, or the errors of an invalid one. */
  sealed interface Item {}

  /**
   * A valid event.
   *
   * @param identity who assigned its id
   */
  record Valid(Event event, Identity identity) implements Item {}

  /** The errors of an invalid event. */
  record Invalid(List<FieldError> errors) implements Item {}

  /** Who assigned an event's id; only an id of the sender identifies a repeated event. */
  enum Identity {
    SENDER,
    SERVICE
  }
}
