package io.tenantry.console.session;

import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.tenantry.console.problem.ConsoleError;
import io.tenantry.console.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Starts sessions, and finds the one of a request. */
@Singleton
public final class Sessions {

  /** The header that repeats the session's CSRF token. */
  public static final String CSRF_HEADER = "X-CSRF-Token";

  private final SessionKeys keys;
  private final SessionCookie cookie;
  private final EndedSessions ended;
  private final SessionLifetime lifetime;
  private final IdentityProviderManager identities;
  private final Clock clock;

  Sessions(
      SessionKeys keys,
      SessionCookie cookie,
      EndedSessions ended,
      SessionLifetime lifetime,
      IdentityProviderManager identities,
      Clock clock) {
    this.keys = keys;
    this.cookie = cookie;
    this.ended = ended;
    this.lifetime = lifetime;
    this.identities = identities;
    this.clock = clock;
  }

  /**
   * Passes on the token with which the services know the caller, or answers the request with the
   * reason why there is none. A request that may change something also needs the session's CSRF
   * token.
   */
  public void requireToken(RoutingContext context, Consumer<String> action) {
    require(context, session -> token(context, session, action));
  }

  /** Passes on whether the session is still valid, or answers the request if there is none. */
  public void requireValid(RoutingContext context, Consumer<ValidityCheck> action) {
    require(context, session -> action.accept(() -> isValid(session)));
  }

  /** Tells later whether a session is still valid. */
  public interface ValidityCheck {

    /** Whether it has neither expired nor ended. */
    boolean isValid();
  }

  /** Passes on the session, or answers the request. */
  void require(RoutingContext context, Consumer<Session> action) {
    if (CrossSite.isForeign(context.request())) {
      Problem.answer(
          context,
          ConsoleError.CSRF_TOKEN_INVALID,
          "Requests from pages of other sites are refused.");
      return;
    }
    Optional<Session> found = find(context);
    if (found.isEmpty()) {
      unauthenticated(context);
      return;
    }
    String given = context.request().getHeader(CSRF_HEADER);
    if (!CrossSite.isSafe(context.request().method())
        && (given == null || !SessionKeys.isEqual(found.get().csrf(), given))) {
      Problem.answer(
          context,
          ConsoleError.CSRF_TOKEN_INVALID,
          "Send the session's CSRF token in the header " + CSRF_HEADER + ".");
      return;
    }
    action.accept(found.get());
  }

  static void unauthenticated(RoutingContext context) {
    Problem.answer(
        context, ConsoleError.UNAUTHENTICATED, "There is no session, or it has ended; log in.");
  }

  /** The valid session of a request. */
  Optional<Session> find(RoutingContext context) {
    return cookie.value(context).flatMap(keys::open).flatMap(Sessions::parse).filter(this::isValid);
  }

  private static Optional<Session> parse(String text) {
    try {
      return Session.of(new JsonObject(text));
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }

  private boolean isValid(Session session) {
    return clock.instant().isBefore(session.expiresAt()) && !ended.isEnded(session);
  }

  private void token(RoutingContext context, Session session, Consumer<String> action) {
    if (session.login() == Session.Login.KEY) {
      action.accept(session.secret());
      return;
    }
    identity(context)
        .onSuccess(
            identity ->
                openIdToken(identity, session)
                    .ifPresentOrElse(action, () -> unauthenticated(context)))
        .onFailure(failure -> unauthenticated(context));
  }

  /** The access token, if it belongs to the same person as the session. */
  private static Optional<String> openIdToken(SecurityIdentity identity, Session session) {
    return subject(identity)
        .filter(session.secret()::equals)
        .map(same -> identity.getCredential(AccessTokenCredential.class))
        .map(AccessTokenCredential::getToken);
  }

  /** Who a person is for the identity provider; empty for who has not logged in with it. */
  static Optional<String> subject(SecurityIdentity identity) {
    return identity.getPrincipal() instanceof JsonWebToken token && token.getSubject() != null
        ? Optional.of(token.getIssuer() + " " + token.getSubject())
        : Optional.empty();
  }

  /** The identity from quarkus-oidc's cookies, refreshed where needed. */
  Future<SecurityIdentity> identity(RoutingContext context) {
    Promise<SecurityIdentity> promise = Promise.promise();
    QuarkusHttpUser.getSecurityIdentity(context, identities)
        .subscribe()
        .with(promise::complete, promise::fail);
    return promise.future();
  }

  /** Starts a session, and gives the browser its cookie. */
  Session start(RoutingContext context, Session.Login login, String secret, Callers.Known caller) {
    Instant issuedAt = ended.issueTime(login.label() + ":" + secret);
    Session session =
        new Session(
            UUID.randomUUID(),
            login,
            caller.name(),
            caller.role(),
            secret,
            keys.randomText(),
            ended.replica(),
            issuedAt,
            issuedAt.plus(lifetime.value()));
    cookie.set(context, keys.seal(session.toJson().encode()));
    return session;
  }
}
