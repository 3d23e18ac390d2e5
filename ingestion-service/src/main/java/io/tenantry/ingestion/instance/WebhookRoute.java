package io.tenantry.ingestion.instance;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.ingestion.capture.Capture;
import io.tenantry.ingestion.capture.CaptureConfig;
import io.tenantry.ingestion.http.BodyReader;
import io.tenantry.ingestion.http.HttpAnswers;
import io.tenantry.ingestion.http.Sender;
import io.tenantry.ingestion.instance.WebhookTargets.Target;
import io.tenantry.ingestion.limit.RateLimits;
import io.tenantry.ingestion.limit.Subject;
import io.tenantry.ingestion.limit.Verdict;
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
 * {@code POST /webhook/evolution/{name}} and the older {@code POST /webhook/evolution}, also with
 * the name of one of Evolution's events behind: what a channel sends becomes, byte for byte, an
 * event of the instance's tenant. Runs on event loops and never waits.
 */
@Singleton
final class WebhookRoute {

  private final WebhookTargets targets;
  private final BodyReader bodies;
  private final Capture capture;
  private final RateLimits limits;
  private final HttpAnswers answers;
  private final Settings standards;
  private final long largest;

  WebhookRoute(
      WebhookTargets targets,
      BodyReader bodies,
      Capture capture,
      RateLimits limits,
      HttpAnswers answers,
      InstancesConfig config,
      CaptureConfig captureConfig) {
    this.targets = targets;
    this.bodies = bodies;
    this.capture = capture;
    this.limits = limits;
    this.answers = answers;
    this.standards = Settings.of(config);
    this.largest = captureConfig.maxWebhookSize().asLongValue();
  }

  void register(@Observes Router router) {
    router.post("/webhook/evolution/:instance").handler(this::take);
    router.post("/webhook/evolution/:instance/:event").handler(this::take);
    router.post("/webhook/evolution").handler(this::take);
  }

  /** The answer to a message that is captured. */
  @RegisterForReflection
  record Taken(String status, String instance) {}

  /** Nothing is read before it is known whom the message is for and what can prove it. */
  private void take(RoutingContext context) {
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
    boolean proven = target.proof().isComplete() && target.instance().webhookSecret().isPresent();
    Sender sender =
        proven
            ? target.sender()
            : Sender.Unproven.at(context.request().remoteAddress(), target.instance().id());
    bodies.read(context, sender, largest, body -> take(context, target, body));
  }

  private void take(RoutingContext context, Target target, BodyReader.Body body) {
    Context eventLoop = context.vertx().getOrCreateContext();
    try {
      target.proof().check(body.bytes());
      body.countFor(target.sender());
      requireWithin(context, Subject.instance(target.instance().id()));
      requireWithin(context, Subject.tenant(target.tenantId()));
      CompletableFuture<Void> unused =
          accept(context, target, body.bytes())
              .whenComplete(
                  (accepted, failure) ->
                      eventLoop.runOnContext(
                          loop -> {
                            if (failure == null) {
                              answers.send(
                                  context, 200, new Taken("success", target.instance().name()));
                            } else {
                              answers.fail(context, cause(failure));
                            }
                          }));
    } catch (RuntimeException e) {
      answers.fail(context, e);
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private void requireWithin(RoutingContext context, Subject subject) {
    Verdict verdict = limits.tryAccept(subject, 1);
    if (verdict.isRefused()) {
      answers.showLimit(context, verdict);
      throw new TenantryException(
          ErrorCode.RATE_LIMITED,
          "The %s sends more than its limit permits.".formatted(verdict.subject()));
    }
    if (subject.kind() == Subject.Kind.INSTANCE) {
      answers.showLimit(context, verdict);
    }
  }

  /** A message that is named may be repeated. */
  private CompletableFuture<Void> accept(RoutingContext context, Target target, byte[] body) {
    Optional<String> declaredType =
        Optional.ofNullable(context.request().getHeader(HttpHeaders.CONTENT_TYPE));
    WebhookMessage message = WebhookMessage.of(target, declaredType, body, standards);
    return message.named() ? capture.accept(message.event()) : capture.acceptOnce(message.event());
  }
}
