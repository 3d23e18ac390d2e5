package io.tenantry.kernel.error;

import org.jspecify.annotations.Nullable;

/**
 * The base class of all errors that are returned to callers. The message is written for the caller,
 * without SQL, secrets or other tenants' data; details for the log belong in the cause.
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

  /**
   * The {@code detail} of the answer: the message, unless the answer has parts of it in other
   * members.
   */
  public String detail() {
    return message;
  }

  public ErrorCode code() {
    return code;
  }
}
