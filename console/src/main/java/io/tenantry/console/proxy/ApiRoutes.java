package io.tenantry.console.proxy;

import io.tenantry.console.problem.ConsoleError;
import io.tenantry.console.problem.Problem;
import io.tenantry.console.proxy.Relay.Call;
import io.tenantry.console.runtime.Service;
import io.tenantry.console.session.Sessions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * {@code /api/tenant/v1/…}, {@code /api/ingestion/v1/…} and {@code /api/backup/v1/…}: the API of
 * each service, with the key or token of the session. Nothing else of a service can be reached.
 */
@Singleton
final class ApiRoutes {

  private final Sessions sessions;
  private final Relay relay;

  ApiRoutes(Sessions sessions, Relay relay) {
    this.sessions = sessions;
    this.relay = relay;
  }

  void register(@Observes Router router) {
    for (Service service : Service.values()) {
      router.route(prefix(service) + "*").handler(context -> pass(context, service));
    }
    router.route("/api/*").handler(ApiRoutes::notFound);
    router.route("/api").handler(ApiRoutes::notFound);
  }

  private static String prefix(Service service) {
    return "/api/" + service.pathName() + "/v1/";
  }

  private static void notFound(RoutingContext context) {
    Problem.answer(
        context,
        ConsoleError.NOT_FOUND,
        "Only the APIs of the services are here: /api/tenant/v1/, /api/ingestion/v1/ and"
            + " /api/backup/v1/.");
  }

  private void pass(RoutingContext context, Service service) {
    if (!Relay.METHODS.contains(context.request().method())) {
      Problem.answer(context, ConsoleError.METHOD_NOT_ALLOWED, "The services have no such method.");
      return;
    }
    Optional<String> rest = ApiPath.rest(context.request().uri(), prefix(service));
    if (rest.isEmpty()) {
      Problem.answer(
          context, ConsoleError.BAD_REQUEST, "The path or query is not one of a service's API.");
      return;
    }
    context.request().pause();
    sessions.requireToken(
        context,
        token ->
            relay.send(
                context, new Call(service, "/api/v1/" + rest.get(), token, prefix(service))));
  }
}
