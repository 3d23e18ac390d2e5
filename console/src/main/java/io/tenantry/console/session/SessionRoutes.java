package io.tenantry.console.session;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.console.problem.ConsoleError;
import io.tenantry.console.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** {@code /session}: shows the session, logs in with a key, logs out. */
@Singleton
final class SessionRoutes {

  private static final Logger LOG = Logger.getLogger(SessionRoutes.class);
  private static final String PATH = "/session";
  private static final int LARGEST_BODY = 4096;

  /** What may stand in a bearer token (RFC 6750, section 2.1); the services' keys are longer. */
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,1024}");

  private final Sessions sessions;
  private final SessionCookie cookie;
  private final EndedSessions ended;
  private final FailedLogins failed;
  private final Callers callers;
  private final OpenIdLogin openId;
  private final Vertx vertx;
  private final MeterRegistry metrics;

  SessionRoutes(
      Sessions sessions,
      SessionCookie cookie,
      EndedSessions ended,
      FailedLogins failed,
      Callers callers,
      OpenIdLogin openId,
      Vertx vertx,
      MeterRegistry metrics) {
    this.sessions = sessions;
    this.cookie = cookie;
    this.ended = ended;
    this.failed = failed;
    this.callers = callers;
    this.openId = openId;
    this.vertx = vertx;
    this.metrics = metrics;
  }

  void register(@Observes Router router) {
    router.route(HttpMethod.GET, PATH).handler(this::show);
    router.route(HttpMethod.POST, PATH).handler(this::logIn);
    router.route(HttpMethod.DELETE, PATH).handler(this::logOut);
    router
        .route(PATH)
        .handler(
            context ->
                Problem.answer(
                    context, ConsoleError.METHOD_NOT_ALLOWED, "Use GET, POST or DELETE."));
  }

  private void show(RoutingContext context) {
    sessions
        .find(context)
        .ifPresentOrElse(
            session -> answer(context, session),
            () ->
                Problem.answer(
                    context,
                    ConsoleError.UNAUTHENTICATED,
                    "There is no session, or it has ended; log in.",
                    new JsonObject().put("logins", openId.logins())));
  }

  private static void answer(RoutingContext context, Session session) {
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(
            new JsonObject()
                .put("name", session.name())
                .put("role", session.role())
                .put("csrf", session.csrf())
                .put("expires_at", session.expiresAt().toString())
                .put("login", session.login().label())
                .encode());
  }

  /** A page of another site can send no JSON without asking first, and is not allowed to. */
  private void logIn(RoutingContext context) {
    HttpServerRequest request = context.request();
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (CrossSite.isForeign(request) || type == null || !type.startsWith("application/json")) {
      Problem.answer(
          context,
          ConsoleError.CSRF_TOKEN_INVALID,
          "A log-in is a request with the content type application/json from the console's own"
              + " page.");
      return;
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null || Long.parseLong(length) > LARGEST_BODY) {
      Problem.answer(
          context, ConsoleError.PAYLOAD_TOO_LARGE, "The body may have 4096 bytes at most.");
      return;
    }
    Future<Buffer> received = request.body();
    // Quarkus pauses requests, and does not resume them for this way of reading.
    request.resume();
    received.onSuccess(
        body ->
            key(body)
                .ifPresentOrElse(
                    key -> logIn(context, key),
                    () ->
                        Problem.answer(
                            context,
                            ConsoleError.BAD_REQUEST,
                            "The body must be {\"key\": \"…\"} with the key of a role.")));
  }

  static Optional<String> key(Buffer body) {
    try {
      return Optional.ofNullable(body.toJsonObject().getString("key"))
          .map(String::strip)
          .filter(key -> KEY.matcher(key).matches());
    } catch (DecodeException | ClassCastException e) {
      return Optional.empty();
    }
  }

  private void logIn(RoutingContext context, String key) {
    String address = context.request().remoteAddress().hostAddress();
    Optional<Duration> delay = failed.delay(address);
    if (delay.isPresent()) {
      count("limited");
      context
          .response()
          .putHeader(HttpHeaders.RETRY_AFTER, Long.toString(delay.get().toSeconds() + 1));
      Problem.answer(
          context, ConsoleError.RATE_LIMITED, "Too many log-ins have failed; try again later.");
      return;
    }
    failed.add(address);
    callers
        .identify(key)
        .onSuccess(
            answer -> {
              if (!(answer instanceof Callers.Refused)) {
                failed.remove(address);
              }
              complete(context, key, answer, address);
            })
        .onFailure(context::fail);
  }

  private void complete(RoutingContext context, String key, Callers.Answer answer, String address) {
    switch (answer) {
      case Callers.Known known -> {
        count("succeeded");
        LOG.infof("log-in role=%s address=%s", known.role(), address);
        answer(context, sessions.start(context, Session.Login.KEY, key, known));
      }
      case Callers.Refused refused -> {
        count("refused");
        LOG.warnf("log-in refused address=%s", address);
        Problem.answer(context, ConsoleError.UNAUTHENTICATED, "The key is invalid.");
      }
      case Callers.WithoutRole none -> {
        count("refused");
        Problem.answer(
            context,
            ConsoleError.FORBIDDEN,
            "The key is not the key of the role admin, operator or viewer.");
      }
      case Callers.Unavailable unavailable -> {
        count("unavailable");
        Problem.answer(
            context,
            ConsoleError.SERVICE_UNAVAILABLE,
            "No service answers, so the key could not be checked; try again later.");
      }
    }
  }

  private void count(String result) {
    metrics.counter("tenantry.console.logins", "result", result).increment();
  }

  private void logOut(RoutingContext context) {
    boolean everywhere = "true".equals(context.request().getParam("everywhere"));
    sessions.require(
        context,
        session ->
            vertx
                .executeBlocking(publish(session, everywhere), false)
                .onSuccess(published -> loggedOut(context))
                .onFailure(failure -> notPublished(context, failure, everywhere)));
  }

  private Callable<Boolean> publish(Session session, boolean everywhere) {
    return () -> {
      if (everywhere) {
        ended.endAll(session);
      }
      ended.end(session);
      return true;
    };
  }

  private void loggedOut(RoutingContext context) {
    cookie.remove(context);
    OpenIdLogin.removeCookies(context);
    context.response().setStatusCode(204).putHeader(HttpHeaders.CACHE_CONTROL, "no-store").end();
  }

  /** This browser is logged out in any case: it forgets its session. */
  private void notPublished(RoutingContext context, Throwable failure, boolean everywhere) {
    LOG.warnf("the end of a session was not published everywhere=%b: %s", everywhere, failure);
    if (!everywhere) {
      loggedOut(context);
      return;
    }
    Problem.answer(
        context,
        ConsoleError.KAFKA_UNAVAILABLE,
        "Sessions on other replicas could not be ended because Kafka does not answer; try again"
            + " later.");
  }
}
