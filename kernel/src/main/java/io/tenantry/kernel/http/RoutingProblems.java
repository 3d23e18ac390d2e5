package io.tenantry.kernel.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;

/** Answers failures that occur before a REST resource is reached with problem details. */
@Singleton
public final class RoutingProblems {

  private static final int FIRST = 1000;

  private final ObjectMapper mapper;

  RoutingProblems(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** Answers that a tenant's key could not be checked while the control database is unavailable. */
  void register(@Observes Router router) {
    router
        .route()
        .failureHandler(
            context -> {
              if (context.failure() instanceof DatabaseUnavailable) {
                answer(
                    context,
                    ErrorCode.DATABASE_UNAVAILABLE,
                    "The control database is unavailable, so the key could not be checked; try again later.");
              } else {
                context.next();
              }
            });
  }

  /** PostgreSQL cannot store the NUL character, and no URL needs it. */
  void refuseNul(@Observes Filters filters) {
    filters.register(
        context -> {
          if (context.request().uri().contains("%00")) {
            answer(context, ErrorCode.BAD_REQUEST, "The URL must not contain the character NUL.");
          } else {
            context.next();
          }
        },
        FIRST);
  }

  /** Answers a request with a problem detail. */
  public Future<Void> answer(RoutingContext context, ErrorCode code, String detail) {
    return answer(context, ProblemWriter.problem(code, detail));
  }

  /** Answers a request with a problem detail; a Retry-After header that is already set is kept. */
  public Future<Void> answer(RoutingContext context, ProblemDetail problem) {
    HttpServerResponse response = context.response();
    ProblemWriter.headers(problem)
        .forEach(
            (name, value) -> {
              if (!response.headers().contains(name)) {
                response.putHeader(name, value);
              }
            });
    return response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, ProblemDetail.MEDIA_TYPE)
        .end(json(problem));
  }

  private String json(ProblemDetail problem) {
    try {
      return mapper.writeValueAsString(problem);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
