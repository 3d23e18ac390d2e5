package io.tenantry.console.session;

import io.tenantry.console.runtime.Service;
import io.tenantry.console.runtime.ServiceClient;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Asks the services who the holder of a key or token is. */
@Singleton
final class Callers {

  private static final int LARGEST_ANSWER = 64 * 1024;

  private final ServiceClient services;

  Callers(ServiceClient services) {
    this.services = services;
  }

  /** Who the holder of a token is. */
  sealed interface Answer {}

  /** The holder, with the most powerful role. */
  record Known(String name, String role) implements Answer {}

  /** No service accepts it. */
  record Refused() implements Answer {}

  /** It is valid, but not for the administration: a tenant's key, or a group without a role. */
  record WithoutRole() implements Answer {}

  /** No service has answered. */
  record Unavailable() implements Answer {}

  /** Asks one service after the other, until one answers: all know the same keys. */
  Future<Answer> identify(String token) {
    return ask(List.of(Service.values()).iterator(), token);
  }

  private Future<Answer> ask(Iterator<Service> remaining, String token) {
    if (!remaining.hasNext()) {
      return Future.succeededFuture(new Unavailable());
    }
    Service service = remaining.next();
    return services
        .open(service, HttpMethod.GET, "/api/v1/whoami")
        .compose(
            request ->
                request
                    .putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                    .putHeader(HttpHeaders.ACCEPT, "application/json")
                    .send())
        .compose(Callers::read)
        .recover(
            failure -> {
              services.recordFailure(service, failure);
              return Future.succeededFuture(Optional.empty());
            })
        .compose(
            answer -> answer.map(Future::succeededFuture).orElseGet(() -> ask(remaining, token)));
  }

  private static Future<Optional<Answer>> read(HttpClientResponse response) {
    String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && Long.parseLong(length) > LARGEST_ANSWER) {
      return Future.failedFuture("the answer is too large");
    }
    return response.body().map(body -> answer(response.statusCode(), body));
  }

  /** What an answer means; empty if the service could not tell. */
  static Optional<Answer> answer(int status, Buffer body) {
    return switch (status) {
      case 200 -> known(body);
      case 401 -> Optional.of(new Refused());
      case 403 -> Optional.of(new WithoutRole());
      default -> Optional.empty();
    };
  }

  private static Optional<Answer> known(Buffer body) {
    try {
      JsonObject json = body.toJsonObject();
      String name = json.getString("name");
      String role = json.getString("role");
      return Optional.of(name == null || role == null ? new WithoutRole() : new Known(name, role));
    } catch (DecodeException | ClassCastException e) {
      return Optional.empty();
    }
  }
}
