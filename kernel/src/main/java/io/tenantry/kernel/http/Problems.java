package io.tenantry.kernel.http;

import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers failures of REST resources with problem details. */
public final class Problems {

  private static final Logger LOG = Logger.getLogger(Problems.class);

  /** Includes each type that Quarkus would otherwise answer itself. */
  @ServerExceptionMapper({
    TenantryException.class,
    ConstraintViolationException.class,
    UnauthorizedException.class,
    ForbiddenException.class,
    WebApplicationException.class,
    Throwable.class
  })
  public Response answer(Throwable failure) {
    ProblemDetail problem = ProblemWriter.problem(failure);
    log(failure, problem);
    Response.ResponseBuilder answer =
        Response.status(problem.status()).type(ProblemDetail.MEDIA_TYPE).entity(problem);
    ProblemWriter.headers(problem).forEach(answer::header);
    if (problem.code() == ErrorCode.UNAUTHENTICATED) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return answer.build();
  }

  /**
   * Logs expected errors that are not caused by the caller; unexpected ones are logged as
   * incidents.
   */
  private static void log(Throwable failure, ProblemDetail problem) {
    if (problem.status() == 503) {
      LOG.warnf("code=%s %s %s", problem.code(), failure.getMessage(), failure.getCause());
    } else if (problem.status() >= 500 && failure instanceof TenantryException) {
      LOG.errorf(failure, "code=%s", problem.code());
    }
  }
}
