package io.tenantry.kernel.http;

import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where an exception becomes an answer. */
public final class Problems {

  private static final Logger LOG = Logger.getLogger(Problems.class);

  /** After how many seconds a client may try again when a server behind us is away. */
  static final String RETRY_AFTER_SECONDS = "5";

  @ServerExceptionMapper
  public Response invalid(InvalidRequest invalid) {
    return answer(invalid.code(), invalid.detail(), invalid.errors());
  }

  @ServerExceptionMapper
  public Response expected(TenantryException problem) {
    if (problem.code().status() == 503) {
      LOG.warnf("code=%s %s %s", problem.code(), problem.getMessage(), problem.getCause());
    } else if (problem.code().status() >= 500) {
      LOG.errorf(problem, "code=%s", problem.code());
    }
    return answer(problem.code(), problem.detail(), List.of());
  }

  @ServerExceptionMapper
  public Response violations(ConstraintViolationException e) {
    return invalid(new InvalidRequest(Violations.of(e.getConstraintViolations())));
  }

  @ServerExceptionMapper
  public Response unauthenticated(UnauthorizedException e) {
    return answer(ErrorCode.UNAUTHENTICATED, "This needs credentials.", List.of());
  }

  @ServerExceptionMapper
  public Response forbidden(ForbiddenException e) {
    return answer(ErrorCode.FORBIDDEN, "These credentials do not permit this.", List.of());
  }

  /** What JAX-RS itself refuses: an unknown path, method or media type, a parameter's syntax. */
  @ServerExceptionMapper
  public Response refusedByFramework(WebApplicationException e) {
    int status = e.getResponse().getStatus();
    ErrorCode code =
        switch (status) {
          case 401 -> ErrorCode.UNAUTHENTICATED;
          case 403 -> ErrorCode.FORBIDDEN;
          case 404 -> ErrorCode.NOT_FOUND;
          case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
          case 406 -> ErrorCode.NOT_ACCEPTABLE;
          case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
          case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
          default -> status < 500 ? ErrorCode.BAD_REQUEST : ErrorCode.INTERNAL_ERROR;
        };
    return code == ErrorCode.INTERNAL_ERROR
        ? unexpected(e)
        : answer(code, code.title() + ".", List.of());
  }

  /** What PostgreSQL refuses although we meant it: it is busy, or it is a fault of ours. */
  @ServerExceptionMapper
  public Response refusedByPostgres(SqlError e) {
    return e.causedByLoad()
        ? expected(
            new TenantryException(
                ErrorCode.DATABASE_UNAVAILABLE, "PostgreSQL is too busy at the moment.", e))
        : unexpected(e);
  }

  /** A fault of ours: logged once, under a number that the caller is told and nothing else. */
  @ServerExceptionMapper
  public Response unexpected(Throwable fault) {
    String incident = UUID.randomUUID().toString();
    LOG.errorf(fault, "code=%s incident=%s", ErrorCode.INTERNAL_ERROR, incident);
    return answer(
        ErrorCode.INTERNAL_ERROR,
        "An unexpected error; the service's log has it as incident " + incident + ".",
        List.of());
  }

  private static Response answer(ErrorCode code, String detail, List<FieldError> errors) {
    Response.ResponseBuilder answer =
        Response.status(code.status())
            .type(ProblemDetail.MEDIA_TYPE)
            .entity(ProblemDetail.of(code, detail, errors));
    if (code.status() == 503) {
      answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    if (code == ErrorCode.UNAUTHENTICATED) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return answer.build();
  }
}
