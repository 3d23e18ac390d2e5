package io.tenantry.localstack;

import java.io.Serial;

/** A server of the local stack could not be found, started or prepared; the message says why. */
public final class LocalStackException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public LocalStackException(String message) {
    super(message);
  }

  public LocalStackException(String message, Throwable cause) {
    super(message, cause);
  }
}
