package io.tenantry.console.session;

import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tenantry.console.problem.ConsoleError;
import io.tenantry.console.problem.Problem;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * {@code /session/oidc}: logs in with an OpenID provider. quarkus-oidc runs the code flow and keeps
 * the tokens, encrypted, in cookies of its own; they are worth nothing without a session. A session
 * is started by a new code flow only, never with tokens that a browser already has: otherwise a
 * log-out everywhere could be undone with stolen cookies.
 */
@Singleton
final class OpenIdLogin {

  private static final Logger LOG = Logger.getLogger(OpenIdLogin.class);
  private static final String PATH = "/session/oidc";
  private static final String TOKEN_COOKIES = "q_session";

  /** Before authentication, which has 200. */
  private static final int BEFORE_AUTHENTICATION = 300;

  private final Sessions sessions;
  private final Callers callers;
  private final boolean enabled;

  OpenIdLogin(
      Sessions sessions,
      Callers callers,
      @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean enabled) {
    this.sessions = sessions;
    this.callers = callers;
    this.enabled = enabled;
  }

  /** The names of the ways to log in. */
  JsonArray logins() {
    return enabled ? JsonArray.of("key", "oidc") : JsonArray.of("key");
  }

  void register(@Observes Filters filters) {
    filters.register(this::forgetTokens, BEFORE_AUTHENTICATION);
  }

  void register(@Observes Router router) {
    router.get(PATH).handler(this::logIn);
  }

  private void forgetTokens(RoutingContext context) {
    String path = context.normalizedPath();
    // The router ignores the last slash.
    if (!path.equals(PATH) && !path.equals(PATH + "/")) {
      context.next();
    } else if (!enabled) {
      Problem.answer(
          context, ConsoleError.NOT_FOUND, "OpenID Connect is not configured (OIDC_ENABLED).");
    } else if (tokenCookies(context).isEmpty()) {
      context.next();
    } else {
      removeCookies(context);
      redirect(context, PATH);
    }
  }

  private static Set<String> tokenCookies(RoutingContext context) {
    return context.request().cookies().stream()
        .map(Cookie::getName)
        .filter(name -> name.startsWith(TOKEN_COOKIES))
        .collect(Collectors.toSet());
  }

  /** Removes the cookies with tokens. */
  static void removeCookies(RoutingContext context) {
    tokenCookies(context)
        .forEach(
            name ->
                context
                    .response()
                    .addCookie(
                        Cookie.cookie(name, "").setPath("/").setHttpOnly(true).setMaxAge(0)));
  }

  private void logIn(RoutingContext context) {
    sessions
        .identity(context)
        .onSuccess(identity -> logIn(context, identity))
        .onFailure(failure -> Sessions.unauthenticated(context));
  }

  private void logIn(RoutingContext context, SecurityIdentity identity) {
    Optional<String> subject = Sessions.subject(identity);
    AccessTokenCredential token = identity.getCredential(AccessTokenCredential.class);
    if (subject.isEmpty() || token == null) {
      Sessions.unauthenticated(context);
      return;
    }
    callers
        .identify(token.getToken())
        .onSuccess(answer -> complete(context, subject.get(), answer))
        .onFailure(context::fail);
  }

  private void complete(RoutingContext context, String subject, Callers.Answer answer) {
    if (answer instanceof Callers.Known known) {
      LOG.infof("log-in role=%s login=oidc", known.role());
      sessions.start(context, Session.Login.OIDC, subject, known);
      redirect(context, "/");
      return;
    }
    LOG.warnf("log-in refused login=oidc reason=%s", answer.getClass().getSimpleName());
    removeCookies(context);
    // The app's log-in page explains it.
    redirect(
        context,
        switch (answer) {
          case Callers.Unavailable unavailable -> "/login?error=SERVICE_UNAVAILABLE";
          case Callers.WithoutRole none -> "/login?error=FORBIDDEN";
          case Callers.Refused refused -> "/login?error=UNAUTHENTICATED";
          case Callers.Known known -> "/";
        });
  }

  private static void redirect(RoutingContext context, String path) {
    context
        .response()
        .setStatusCode(303)
        .putHeader(HttpHeaders.LOCATION, path)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end();
  }
}
