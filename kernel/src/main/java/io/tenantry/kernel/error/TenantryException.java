package io.tenantry.kernel.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of all errors that a caller may see. The message is written for the caller, without SQL,
 * secrets or another tenant's data. What only the log may hold is the cause.
 */
public class TenantryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String message;

  public TenantryException(ErrorCode code, String detail) {
    super(detail);
    this.code = code;
    this.message = detail;
  }

  public TenantryException(ErrorCode code, String detail, @Nullable Throwable cause) {
    super(detail, cause);
    this.code = code;
    this.message = detail;
  }

  @Override
  public String getMessage() {
    return message;
  }

  /** What the answer says; the message, unless the answer says part of that in other fields. */
  public String detail() {
    return message;
  }

  public ErrorCode code() {
    return code;
  }
}
