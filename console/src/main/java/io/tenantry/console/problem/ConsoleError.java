package io.tenantry.console.problem;

/**
 * The stable codes of the errors that the console itself returns; a subset of those of the
 * services, with the same status and title. Other errors are passed on as a service returns them.
 */
public enum ConsoleError {
  BAD_REQUEST(400, false, "Malformed request"),
  UNAUTHENTICATED(401, false, "Missing or invalid credentials"),
  FORBIDDEN(403, false, "Insufficient permissions"),
  CSRF_TOKEN_INVALID(403, false, "Missing or invalid CSRF token"),
  NOT_FOUND(404, false, "Resource not found"),
  METHOD_NOT_ALLOWED(405, false, "Method not allowed"),
  PAYLOAD_TOO_LARGE(413, false, "Request body too large"),
  RATE_LIMITED(429, true, "Rate limit exceeded"),
  INTERNAL_ERROR(500, false, "Internal error"),
  OVERLOADED(503, true, "Too many requests in flight"),
  KAFKA_UNAVAILABLE(503, true, "Kafka unavailable"),
  SERVICE_UNAVAILABLE(503, true, "Service unavailable"),
  SHUTTING_DOWN(503, true, "Service shutting down");

  private final int status;
  private final boolean retryable;
  private final String title;

  ConsoleError(int status, boolean retryable, String title) {
    this.status = status;
    this.retryable = retryable;
    this.title = title;
  }

  int status() {
    return status;
  }

  boolean retryable() {
    return retryable;
  }

  String title() {
    return title;
  }
}
