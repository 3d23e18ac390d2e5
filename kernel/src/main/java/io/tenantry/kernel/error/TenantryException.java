package io.tenantry.kernel.error;

/**
 * The base class of all errors that are returned to callers. The message is written for the caller,
 * without SQL, secrets or other tenants' data; details for the log belong in the cause.
 */
public class TenantryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public TenantryException(ErrorCode code, String detail) {
    super(detail);
    this.code = code;
  }

  public TenantryException(ErrorCode code, String detail, Throwable cause) {
    super(detail, cause);
    this.code = code;
  }

  /**
   * The {@code detail} of the answer: the message, unless the answer has parts of it in other
   * members.
   */
  public String detail() {
    return getMessage();
  }

  public ErrorCode code() {
    return code;
  }
}
