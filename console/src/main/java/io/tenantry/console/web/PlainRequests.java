package io.tenantry.console.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tenantry.console.problem.ConsoleError;
import io.tenantry.console.problem.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Refuses requests that a proxy in front and the console could understand differently: paths with
 * dot segments, empty segments or needless encoding, absolute URLs, and transfer encodings other
 * than chunked, after which the connection is closed. So what a proxy does not pass on, such as
 * {@code /q}, cannot be reached by another spelling.
 */
@Singleton
final class PlainRequests {

  /** After the log and the security headers, before everything that acts on a request. */
  private static final int EARLY = 2400;

  void register(@Observes Filters filters) {
    filters.register(PlainRequests::check, EARLY);
  }

  private static void check(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!isTransferEncodingPlain(request.headers().getAll(HttpHeaders.TRANSFER_ENCODING))) {
      // It is not certain where the request ends, so what follows it must not be read. An answer
      // would have the next request read.
      context.response().setStatusCode(400);
      request.connection().close();
    } else if (isPathPlain(request.uri(), normalizedPath(context))) {
      context.next();
    } else {
      Problem.answer(
          context,
          ConsoleError.BAD_REQUEST,
          "The path has dot segments, empty segments or needless encoding.");
    }
  }

  /** A request's path, in the shortest way; empty if its encoding is invalid. */
  static String normalizedPath(RoutingContext context) {
    try {
      return context.normalizedPath();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /**
   * Whether a request's target is a path, written in the shortest way.
   *
   * @param normalized the path without dot segments, empty segments and needless encoding
   */
  static boolean isPathPlain(String target, String normalized) {
    int query = target.indexOf('?');
    return (query < 0 ? target : target.substring(0, query)).equals(normalized);
  }

  static boolean isTransferEncodingPlain(List<String> values) {
    return values.isEmpty()
        || (values.size() == 1 && values.getFirst().equalsIgnoreCase("chunked"));
  }
}
