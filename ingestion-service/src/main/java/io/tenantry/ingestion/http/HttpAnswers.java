package io.tenantry.ingestion.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.ingestion.limit.Verdict;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.ProblemDetail;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Answers on the event loop, where JAX-RS and its mapping of exceptions are not. */
@Singleton
public final class HttpAnswers {

  private static final Logger LOG = Logger.getLogger(HttpAnswers.class);
  private static final String JSON = "application/json";

  /** After how many seconds a client may try again what the service cannot take at the moment. */
  private static final String RETRY_AFTER_SECONDS = "5";

  /** There from the start: what appears with its first increase hides that from who watches. */
  private static final List<ErrorCode> WATCHED =
      List.of(
          ErrorCode.KAFKA_UNAVAILABLE,
          ErrorCode.DATABASE_UNAVAILABLE,
          ErrorCode.OVERLOADED,
          ErrorCode.RATE_LIMITED);

  private final ObjectMapper mapper;
  private final MeterRegistry meters;

  HttpAnswers(ObjectMapper mapper, MeterRegistry meters) {
    this.mapper = mapper;
    this.meters = meters;
    WATCHED.forEach(this::refused);
  }

  /** Answers with JSON. */
  public void send(RoutingContext context, int status, Object body) {
    if (!context.response().ended() && !context.response().closed()) {
      write(context.response().setStatusCode(status), JSON, body);
    }
  }

  /** Answers with a problem detail, or with an incident number if it is a fault of ours. */
  public void fail(RoutingContext context, Throwable failure) {
    if (failure instanceof InvalidRequest invalid) {
      problem(context, invalid.code(), invalid.detail(), invalid.errors());
    } else if (failure instanceof TenantryException expected) {
      problem(context, expected.code(), expected.detail(), List.of());
    } else {
      String incident = UUID.randomUUID().toString();
      LOG.errorf(failure, "code=%s incident=%s", ErrorCode.INTERNAL_ERROR, incident);
      problem(
          context,
          ErrorCode.INTERNAL_ERROR,
          "An unexpected error; the service's log has it as incident " + incident + ".",
          List.of());
    }
  }

  private void problem(
      RoutingContext context, ErrorCode code, String detail, List<FieldError> errors) {
    countRefused(code);
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(code.status());
    if (code.status() == 503 && !response.headers().contains(HttpHeaders.RETRY_AFTER)) {
      response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    write(response, ProblemDetail.MEDIA_TYPE, ProblemDetail.of(code, detail, errors));
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

  private void write(HttpServerResponse response, String mediaType, Object body) {
    try {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, mediaType)
          .end(Buffer.buffer(mapper.writeValueAsBytes(body)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
