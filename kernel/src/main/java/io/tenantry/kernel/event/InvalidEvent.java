package io.tenantry.kernel.event;

/**
 * A message that can never be handled, however often it is tried. Its message says what is wrong
 * and becomes the dead letter's reason; it quotes nothing of the event.
 */
public final class InvalidEvent extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public InvalidEvent(String reason) {
    super(reason);
  }
}
