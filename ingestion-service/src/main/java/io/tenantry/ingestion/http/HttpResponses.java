package io.tenantry.ingestion.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.ingestion.limit.RateLimitDecision;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.ProblemDetail;
import io.tenantry.kernel.http.ProblemWriter;
import io.tenantry.kernel.http.RoutingProblems;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;

/** Sends responses on the event loop, where JAX-RS and its exception mappers are not available. */
@Singleton
public final class HttpResponses {

  /**
   * Counters that exist from the start. If a counter appeared with its first increase, alerts would
   * miss that increase.
   */
  private static final List<ErrorCode> PRECREATED =
      List.of(
          ErrorCode.KAFKA_UNAVAILABLE,
          ErrorCode.DATABASE_UNAVAILABLE,
          ErrorCode.OVERLOADED,
          ErrorCode.RATE_LIMITED);

  private final ObjectMapper mapper;
  private final RoutingProblems problems;
  private final MeterRegistry meters;

  HttpResponses(ObjectMapper mapper, RoutingProblems problems, MeterRegistry meters) {
    this.mapper = mapper;
    this.problems = problems;
    this.meters = meters;
    PRECREATED.forEach(this::counter);
  }

  /** Sends JSON. */
  public void send(RoutingContext context, int status, Object body) {
    if (!context.response().ended() && !context.response().closed()) {
      context
          .response()
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .end(json(body));
    }
  }

  /** Sends a problem detail; for an internal error it contains an incident number. */
  public void fail(RoutingContext context, Throwable failure) {
    ProblemDetail problem = ProblemWriter.problem(failure);
    countRefused(problem.code());
    if (!context.response().ended() && !context.response().closed()) {
      problems.answer(context, problem);
    }
  }

  /** Counts a refused request or event by its error code. */
  public void countRefused(ErrorCode code) {
    counter(code).increment();
  }

  private Counter counter(ErrorCode code) {
    return meters.counter("tenantry.ingestion.refused", "reason", code.name());
  }

  /** Adds the headers that report the sender's rate limit. */
  public void addRateLimitHeaders(RoutingContext context, RateLimitDecision decision) {
    context
        .response()
        .putHeader("RateLimit-Policy", decision.policyHeader())
        .putHeader("RateLimit", decision.stateHeader());
    if (decision.isRefused()) {
      context.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(decision.waitSeconds()));
    }
  }

  private Buffer json(Object body) {
    try {
      return Buffer.buffer(mapper.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
