package io.tenantry.ingestion.capture;

import io.tenantry.ingestion.event.Event;
import io.tenantry.kernel.error.FieldError;
import java.util.List;

/**
 * What a request asks to be accepted.
 *
 * @param shape whether it came as one event or as a list
 * @param items in their order
 */
record Submission(Shape shape, List<Item> items) {

  /** How events came. */
  enum Shape {
    SINGLE,
    BATCH
  }

  /** One event, or what is wrong with it. */
  sealed interface Item {}

  /**
   * An event that can be accepted.
   *
   * @param identity whether it can be sent again under the same id
   */
  record Valid(Event event, Identity identity) implements Item {}

  /** An event that cannot. */
  record Invalid(List<FieldError> errors) implements Item {}

  /** Who gave an event its id. */
  enum Identity {
    SENDER,
    SERVICE
  }
}
