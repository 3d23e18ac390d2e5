package io.tenantry.kernel.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;

/** Problem details for what ends before it reaches a REST resource. */
@Singleton
public final class RoutingProblems {

  private static final int FIRST = 1000;
  private static final int UNAVAILABLE = 503;

  private final ObjectMapper mapper;

  RoutingProblems(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** Who presents a tenant's key while the control database is away may try again. */
  void register(@Observes Router router) {
    router
        .route()
        .failureHandler(
            context -> {
              if (context.failure() instanceof DatabaseUnavailable) {
                answer(
                    context,
                    ErrorCode.DATABASE_UNAVAILABLE,
                    "The control database does not answer; the key could not be checked.");
              } else {
                context.next();
              }
            });
  }

  /** PostgreSQL can store no NUL character, and no address needs one. */
  void refuseNul(@Observes Filters filters) {
    filters.register(
        context -> {
          if (context.request().uri().contains("%00")) {
            answer(
                context, ErrorCode.BAD_REQUEST, "The address must not contain the character NUL.");
          } else {
            context.next();
          }
        },
        FIRST);
  }

  /** Ends a request with a problem; one with 503 says when to try again. */
  public Future<Void> answer(RoutingContext context, ErrorCode code, String detail) {
    if (code.status() == UNAVAILABLE) {
      context.response().putHeader(HttpHeaders.RETRY_AFTER, Problems.RETRY_AFTER_SECONDS);
    }
    return context
        .response()
        .setStatusCode(code.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, ProblemDetail.MEDIA_TYPE)
        .end(json(ProblemDetail.of(code, detail, List.of())));
  }

  private String json(ProblemDetail problem) {
    try {
      return mapper.writeValueAsString(problem);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
