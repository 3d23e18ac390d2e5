package io.tenantry.cli.context;

import java.io.Serial;

/** A context is unusable. */
public final class ContextException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  private final String advice;

  public ContextException(String message, String advice) {
    super(message);
    this.advice = advice;
  }

  /** What the user can do about it. */
  public String advice() {
    return advice;
  }
}
