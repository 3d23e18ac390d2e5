package io.tenantry.console.problem;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/** Errors as problem details of RFC 9457, in the form that the services use. */
public final class Problem {

  /** The media type of RFC 9457, section 3. */
  static final String MEDIA_TYPE = "application/problem+json";

  private static final long RETRY_AFTER_SECONDS = 1;

  private Problem() {}

  /** Answers a request with an error. */
  public static void answer(RoutingContext context, ConsoleError error, String detail) {
    answer(context, error, detail, new JsonObject());
  }

  /**
   * Answers a request with an error, unless its answer has started; then the connection is closed,
   * so that the browser does not take a part for the whole.
   *
   * @param members further members of the problem detail
   */
  public static void answer(
      RoutingContext context, ConsoleError error, String detail, JsonObject members) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      response.reset();
      return;
    }
    if (error.status() == 503 && !response.headers().contains(HttpHeaders.RETRY_AFTER)) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(RETRY_AFTER_SECONDS));
    }
    response
        .setStatusCode(error.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(json(error, detail).mergeIn(members).encode());
  }

  private static JsonObject json(ConsoleError error, String detail) {
    return new JsonObject()
        .put(
            "type",
            "urn:tenantry:problem:" + error.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put("title", error.title())
        .put("status", error.status())
        .put("detail", detail)
        .put("code", error.name())
        .put("retryable", error.retryable());
  }
}
