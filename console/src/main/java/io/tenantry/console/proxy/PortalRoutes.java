package io.tenantry.console.proxy;

import io.tenantry.console.problem.ConsoleError;
import io.tenantry.console.problem.Problem;
import io.tenantry.console.proxy.Relay.Call;
import io.tenantry.console.runtime.Service;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /portal/api/v1/…}: what a tenant's portal page needs of tenant-service, with the token of
 * a portal link and never with a session.
 */
@Singleton
final class PortalRoutes {

  private static final String PREFIX = "/portal/api/v1/";

  /** Who the link is for, the event types, and the webhooks of a tenant. */
  private static final Pattern PATH =
      Pattern.compile(
          "(?:whoami|webhooks/event-types"
              + "|tenants/[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/webhooks/[^?]+)"
              + "(?:\\?.*)?");

  /** The tokens of portal links; keys of roles and of tenants are not passed on. */
  private static final Pattern CREDENTIALS =
      Pattern.compile("Bearer (portal_[0-9]{1,20}_[0-9a-f]{64})");

  private final Relay relay;

  PortalRoutes(Relay relay) {
    this.relay = relay;
  }

  void register(@Observes Router router) {
    router.route(PREFIX + "*").handler(this::pass);
    router.route("/portal/api/*").handler(PortalRoutes::notFound);
  }

  private static void notFound(RoutingContext context) {
    Problem.answer(
        context, ConsoleError.NOT_FOUND, "Only the webhooks of a link's tenant are here.");
  }

  private void pass(RoutingContext context) {
    if (!Relay.METHODS.contains(context.request().method())) {
      Problem.answer(context, ConsoleError.METHOD_NOT_ALLOWED, "There is no such method.");
      return;
    }
    Optional<String> rest = rest(context.request().uri());
    if (rest.isEmpty()) {
      notFound(context);
      return;
    }
    Optional<String> token = token(context.request().getHeader(HttpHeaders.AUTHORIZATION));
    if (token.isEmpty()) {
      Problem.answer(
          context,
          ConsoleError.UNAUTHENTICATED,
          "Send the link's token as 'Authorization: Bearer …'.");
      return;
    }
    context.request().pause();
    relay.send(context, new Call(Service.TENANT, "/api/v1/" + rest.get(), token.get(), PREFIX));
  }

  /** The path and query of the service's API; empty if portal links have no business there. */
  static Optional<String> rest(String uri) {
    return ApiPath.rest(uri, PREFIX).filter(rest -> PATH.matcher(rest).matches());
  }

  /** The token of an {@code Authorization} header; empty if it is not one of a portal link. */
  static Optional<String> token(@Nullable String authorization) {
    return Optional.ofNullable(authorization)
        .map(CREDENTIALS::matcher)
        .filter(Matcher::matches)
        .map(found -> found.group(1));
  }
}
