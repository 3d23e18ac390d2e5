package io.tenantry.kernel.event;

/**
 * A Kafka message that can never be handled, however often it is retried. The exception's message
 * becomes the dead letter's reason and does not quote the event.
 */
public final class InvalidEvent extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public InvalidEvent(String reason) {
    super(reason);
  }
}
