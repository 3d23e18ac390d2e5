package io.tenantry.cli.api;

import java.io.Serial;

/** A service did not respond, or not in time. */
public final class UnreachableException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
