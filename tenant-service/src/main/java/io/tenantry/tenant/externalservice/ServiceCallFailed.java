package io.tenantry.tenant.externalservice;

/** A service refused a call, or did not answer it. The message says which, and quotes nothing. */
final class ServiceCallFailed extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  ServiceCallFailed(String message, boolean retryable) {
    super(message);
    this.retryable = retryable;
  }

  ServiceCallFailed(String message, Throwable cause) {
    super(message, cause);
    this.retryable = true;
  }

  /** Whether the same call may succeed later. */
  boolean retryable() {
    return retryable;
  }
}
