package io.tenantry.console.proxy;

import io.tenantry.console.problem.ConsoleError;
import io.tenantry.console.problem.Problem;
import io.tenantry.console.runtime.Service;
import io.tenantry.console.runtime.ServiceClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request to a service and its answer to the browser. Bodies are streamed both ways, at the
 * speed of the slower side.
 */
@Singleton
final class Relay {

  /** The methods of the services' APIs. */
  static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE);

  private final ServiceClient services;

  Relay(ServiceClient services) {
    this.services = services;
  }

  /**
   * A request to be sent.
   *
   * @param target the path and query of the service's API
   * @param token what the service knows the caller by
   * @param publicPrefix the console's path of the service's {@code /api/v1/}
   */
  record Call(Service service, String target, String token, String publicPrefix) {}

  /** Sends it; the request must be paused. */
  void send(RoutingContext context, Call call) {
    HttpServerRequest request = context.request();
    services
        .open(call.service(), request.method(), call.target())
        .onFailure(failure -> unavailable(context, call.service(), failure))
        .onSuccess(
            sent -> {
              if (context.response().closed()) {
                abandon(sent);
                return;
              }
              // A browser that has gone away needs no answer.
              context.addEndHandler(
                  ended -> {
                    if (!context.response().ended()) {
                      abandon(sent);
                    }
                  });
              Headers.forRequest(request.headers(), call.token()).forEach(sent::putHeader);
              send(context, call, sent);
            });
  }

  private void send(RoutingContext context, Call call, HttpClientRequest sent) {
    HttpServerRequest request = context.request();
    boolean body =
        request.headers().contains(HttpHeaders.CONTENT_LENGTH)
            || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    if (!body) {
      request.resume();
    } else if (!request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      sent.setChunked(true);
    }
    (body ? sent.send(request) : sent.send())
        .onSuccess(answer -> receive(context, call, answer))
        .onFailure(failure -> unavailable(context, call.service(), failure));
  }

  private void receive(RoutingContext context, Call call, HttpClientResponse answer) {
    HttpServerResponse response = context.response();
    if (response.closed() || response.ended()) {
      abandon(answer.request());
      return;
    }
    response.setStatusCode(answer.statusCode());
    Headers.forResponse(answer.headers(), call.publicPrefix())
        .forEach(header -> response.putHeader(header.getKey(), header.getValue()));
    if (!response.headers().contains(HttpHeaders.CACHE_CONTROL)) {
      response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }
    if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      response.setChunked(true);
    }
    if (!isText(response.headers().get(HttpHeaders.CONTENT_TYPE))) {
      // Backups are compressed and encrypted.
      response.putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
    }
    // An answer that was cut off must not look complete.
    answer
        .pipe()
        .endOnFailure(false)
        .to(response)
        .onFailure(
            failure -> {
              abandon(answer.request());
              if (!response.closed()) {
                unavailable(context, call.service(), failure);
              }
            });
  }

  /** Otherwise the rest of an answer would be read to its end. */
  private static void abandon(HttpClientRequest sent) {
    sent.connection().close();
  }

  private static boolean isText(@Nullable String type) {
    return type != null && (type.startsWith("text/") || type.contains("json"));
  }

  private void unavailable(RoutingContext context, Service service, Throwable failure) {
    if (context.response().closed()) {
      return;
    }
    services.recordFailure(service, failure);
    context.request().resume();
    Problem.answer(
        context,
        ConsoleError.SERVICE_UNAVAILABLE,
        "%s does not answer; try again later.".formatted(service.serviceName()),
        new JsonObject().put("service", service.serviceName()));
  }
}
