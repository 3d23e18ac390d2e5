package io.tenantry.ingestion.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.ingestion.limit.Verdict;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.ProblemDetail;
import io.tenantry.kernel.http.ProblemWriter;
import io.tenantry.kernel.http.RoutingProblems;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;

/** Answers on the event loop, where JAX-RS and its mapping of exceptions are not. */
@Singleton
public final class HttpAnswers {

  /** There from the start: what appears with its first increase hides that from who watches. */
  private static final List<ErrorCode> WATCHED =
      List.of(
          ErrorCode.KAFKA_UNAVAILABLE,
          ErrorCode.DATABASE_UNAVAILABLE,
          ErrorCode.OVERLOADED,
          ErrorCode.RATE_LIMITED);

  private final ObjectMapper mapper;
  private final RoutingProblems problems;
  private final MeterRegistry meters;

  HttpAnswers(ObjectMapper mapper, RoutingProblems problems, MeterRegistry meters) {
    this.mapper = mapper;
    this.problems = problems;
    this.meters = meters;
    WATCHED.forEach(this::refused);
  }

  /** Answers with JSON. */
  public void send(RoutingContext context, int status, Object body) {
    if (!context.response().ended() && !context.response().closed()) {
      context
          .response()
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .end(json(body));
    }
  }

  /** Answers with a problem detail, or with an incident number if it is a fault of ours. */
  public void fail(RoutingContext context, Throwable failure) {
    ProblemDetail problem = ProblemWriter.problem(failure);
    countRefused(problem.code());
    if (!context.response().ended() && !context.response().closed()) {
      problems.answer(context, problem);
    }
  }

  /** Counts what was refused, by its code. */
  public void countRefused(ErrorCode code) {
    refused(code).increment();
  }

  private Counter refused(ErrorCode code) {
    return meters.counter("tenantry.ingestion.refused", "reason", code.name());
  }

  /** Tells the sender of its limit. */
  public void showLimit(RoutingContext context, Verdict verdict) {
    context
        .response()
        .putHeader("RateLimit-Policy", verdict.policyHeader())
        .putHeader("RateLimit", verdict.stateHeader());
    if (verdict.isRefused()) {
      context.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(verdict.waitSeconds()));
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
