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

/** Problem details for what ends in a REST resource. */
public final class Problems {

  private static final Logger LOG = Logger.getLogger(Problems.class);

  /** Each type that Quarkus would else answer itself, and all others. */
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

  /** What is expected and yet not the caller's fault; for the unexpected there is an incident. */
  private static void log(Throwable failure, ProblemDetail problem) {
    if (problem.status() == 503) {
      LOG.warnf("code=%s %s %s", problem.code(), failure.getMessage(), failure.getCause());
    } else if (problem.status() >= 500 && failure instanceof TenantryException) {
      LOG.errorf(failure, "code=%s", problem.code());
    }
  }
}
