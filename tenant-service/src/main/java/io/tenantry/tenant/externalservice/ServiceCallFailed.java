package io.tenantry.tenant.externalservice;

/** Thrown when a service refuses a call or does not respond. The message quotes no response. */
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

  /** Whether the same call may succeed when it is retried. */
  boolean retryable() {
    return retryable;
  }
}
