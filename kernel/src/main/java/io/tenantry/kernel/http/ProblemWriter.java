package io.tenantry.kernel.http;

import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Converts exceptions to problem details, for REST resources and for the router. */
public final class ProblemWriter {

  private static final Logger LOG = Logger.getLogger(ProblemWriter.class);

  /** After how many seconds a client may retry when a backend is unavailable. */
  private static final String RETRY_AFTER_SECONDS = "5";

  private static final int UNAVAILABLE = 503;

  private ProblemWriter() {}

  /**
   * The problem detail for a failure. An unexpected one is logged with an incident id, which the
   * answer includes.
   */
  public static ProblemDetail problem(Throwable failure) {
    return switch (failure) {
      case InvalidRequest invalid ->
          ProblemDetail.of(invalid.code(), invalid.detail(), invalid.errors());
      case TenantryException expected -> problem(expected.code(), expected.detail());
      case ConstraintViolationException broken ->
          problem(new InvalidRequest(Violations.of(broken.getConstraintViolations())));
      case UnauthorizedException refused ->
          problem(ErrorCode.UNAUTHENTICATED, "This operation needs credentials.");
      case ForbiddenException refused ->
          problem(ErrorCode.FORBIDDEN, "These credentials do not permit this operation.");
      case SqlError busy when busy.causedByLoad() ->
          problem(
              ErrorCode.DATABASE_UNAVAILABLE,
              "PostgreSQL is overloaded at the moment; try again later.");
      case WebApplicationException refused when refused.getResponse().getStatus() < 500 ->
          problem(refusedByFramework(refused.getResponse().getStatus()));
      default -> unexpected(failure);
    };
  }

  /** The problem detail for a code, without invalid fields. */
  static ProblemDetail problem(ErrorCode code, String detail) {
    return ProblemDetail.of(code, detail, List.of());
  }

  private static ProblemDetail problem(ErrorCode code) {
    return problem(code, code.title() + ".");
  }

  /**
   * Requests that JAX-RS itself refuses: an unknown path, method or media type, or a parameter's
   * syntax.
   */
  private static ErrorCode refusedByFramework(int status) {
    return switch (status) {
      case 401 -> ErrorCode.UNAUTHENTICATED;
      case 403 -> ErrorCode.FORBIDDEN;
      case 404 -> ErrorCode.NOT_FOUND;
      case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
      case 406 -> ErrorCode.NOT_ACCEPTABLE;
      case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
      case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
      default -> ErrorCode.BAD_REQUEST;
    };
  }

  private static ProblemDetail unexpected(Throwable fault) {
    String incident = UUID.randomUUID().toString();
    LOG.errorf(fault, "code=%s incident=%s", ErrorCode.INTERNAL_ERROR, incident);
    return problem(
        ErrorCode.INTERNAL_ERROR,
        "Unexpected error; find it in the service's log as incident " + incident + ".");
  }

  /** The headers of a problem detail's answer, except its media type. */
  static Map<String, String> headers(ProblemDetail problem) {
    return problem.status() == UNAVAILABLE
        ? Map.of(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
        : Map.of();
  }
}
