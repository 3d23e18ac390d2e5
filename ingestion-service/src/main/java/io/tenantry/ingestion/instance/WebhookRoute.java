package io.tenantry.ingestion.instance;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.ingestion.capture.Capture;
import io.tenantry.ingestion.capture.CaptureConfig;
import io.tenantry.ingestion.http.BodyReader;
import io.tenantry.ingestion.http.HttpResponses;
import io.tenantry.ingestion.http.Sender;
import io.tenantry.ingestion.instance.WebhookTargets.Target;
import io.tenantry.ingestion.limit.RateLimitDecision;
import io.tenantry.ingestion.limit.RateLimits;
import io.tenantry.ingestion.limit.Subject;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Handles {@code POST /webhook/evolution/{name}} and the older {@code POST /webhook/evolution},
 * both optionally followed by the name of one of Evolution's events. The body becomes, unchanged,
 * the data of an event of the instance's tenant. Runs on event loops and never blocks.
 */
@Singleton
final class WebhookRoute {

  private final WebhookTargets targets;
  private final BodyReader bodies;
  private final Capture capture;
  private final RateLimits limits;
  private final HttpResponses responses;
  private final Settings defaults;
  private final long maxBytes;

  WebhookRoute(
      WebhookTargets targets,
      BodyReader bodies,
      Capture capture,
      RateLimits limits,
      HttpResponses responses,
      InstancesConfig config,
      CaptureConfig captureConfig) {
    this.targets = targets;
    this.bodies = bodies;
    this.capture = capture;
    this.limits = limits;
    this.responses = responses;
    this.defaults = Settings.of(config);
    this.maxBytes = captureConfig.maxWebhookSize().asLongValue();
  }

  void register(@Observes Router router) {
    router.post("/webhook/evolution/:instance").handler(this::handle);
    router.post("/webhook/evolution/:instance/:event").handler(this::handle);
    router.post("/webhook/evolution").handler(this::handle);
  }

  /** The response to an accepted message. */
  @RegisterForReflection
  record Accepted(String status, String instance) {}

  /** Looks up the instance and its means of authentication before the body is read. */
  private void handle(RoutingContext context) {
    CompletableFuture<Target> found = targets.find(context);
    context.request().pause();
    Context eventLoop = context.vertx().getOrCreateContext();
    CompletableFuture<Void> unused =
        found
            .whenComplete(
                (target, failure) ->
                    eventLoop.runOnContext(
                        loop -> {
                          if (failure == null) {
                            read(context, target);
                          } else {
                            bodies.refuse(context, cause(failure));
                          }
                        }))
            .thenAccept(done -> {});
  }

  private void read(RoutingContext context, Target target) {
    boolean isAuthenticated =
        target.proof().isComplete() && target.instance().webhookSecret().isPresent();
    Sender sender =
        isAuthenticated
            ? target.sender()
            : Sender.Unproven.at(context.request().remoteAddress(), target.instance().id());
    bodies.read(context, sender, maxBytes, body -> process(context, target, body));
  }

  private void process(RoutingContext context, Target target, BodyReader.Body body) {
    Context eventLoop = context.vertx().getOrCreateContext();
    try {
      target.proof().verify(body.bytes());
      body.countFor(target.sender());
      requireWithinLimit(context, Subject.instance(target.instance().id()));
      requireWithinLimit(context, Subject.tenant(target.tenantId()));
      CompletableFuture<Void> unused =
          accept(context, target, body.bytes())
              .whenComplete(
                  (accepted, failure) ->
                      eventLoop.runOnContext(
                          loop -> {
                            if (failure == null) {
                              responses.send(
                                  context, 200, new Accepted("success", target.instance().name()));
                            } else {
                              responses.fail(context, cause(failure));
                            }
                          }));
    } catch (RuntimeException e) {
      responses.fail(context, e);
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private void requireWithinLimit(RoutingContext context, Subject subject) {
    RateLimitDecision decision = limits.tryAccept(subject, 1);
    if (decision.isRefused()) {
      responses.addRateLimitHeaders(context, decision);
      throw new TenantryException(
          ErrorCode.RATE_LIMITED,
          "The %s has reached its rate limit. Retry after the time in Retry-After."
              .formatted(decision.subject()));
    }
    if (subject.kind() == Subject.Kind.INSTANCE) {
      responses.addRateLimitHeaders(context, decision);
    }
  }

  /** Accepts the message; one with a stable id is accepted once, also if it is sent again. */
  private CompletableFuture<Void> accept(RoutingContext context, Target target, byte[] body) {
    Optional<String> declaredType =
        Optional.ofNullable(context.request().getHeader(HttpHeaders.CONTENT_TYPE));
    WebhookMessage message = WebhookMessage.of(target, declaredType, body, defaults);
    return message.isNamed()
        ? capture.accept(message.event())
        : capture.acceptOnce(message.event());
  }
}
