package io.tenantry.ingestion.instance;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.ingestion.capture.Capture;
import io.tenantry.ingestion.capture.CaptureConfig;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.http.BodyReader;
import io.tenantry.ingestion.http.HttpAnswers;
import io.tenantry.ingestion.http.JsonText;
import io.tenantry.ingestion.http.Sender;
import io.tenantry.ingestion.limit.RateLimits;
import io.tenantry.ingestion.limit.Subject;
import io.tenantry.ingestion.limit.Verdict;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantEntry;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * {@code POST /webhook/evolution/{name}} and the older {@code POST /webhook/evolution}, also with
 * the name of one of Evolution's events behind: what a channel sends becomes, byte for byte, an
 * event of the instance's tenant. Runs on event loops and never waits.
 */
@Singleton
final class WebhookRoute {

  /** The type of events that are not known to be Evolution's. */
  static final String TYPE = "io.tenantry.webhook.received.v1";

  private static final String OTHER = "application/octet-stream";

  private final InstanceDirectory instances;
  private final TenantDirectory tenants;
  private final BodyReader bodies;
  private final Capture capture;
  private final RateLimits limits;
  private final HttpAnswers answers;
  private final Settings standards;
  private final Clock clock;
  private final Duration tolerance;
  private final long largest;

  WebhookRoute(
      InstanceDirectory instances,
      TenantDirectory tenants,
      BodyReader bodies,
      Capture capture,
      RateLimits limits,
      HttpAnswers answers,
      InstancesConfig config,
      CaptureConfig captureConfig,
      Clock clock) {
    this.instances = instances;
    this.tenants = tenants;
    this.bodies = bodies;
    this.capture = capture;
    this.limits = limits;
    this.answers = answers;
    this.standards = Settings.of(config);
    this.clock = clock;
    this.tolerance = config.webhookTolerance();
    this.largest = captureConfig.maxWebhookSize().asLongValue();
  }

  void register(@Observes Router router) {
    router
        .post("/webhook/evolution/:instance")
        .handler(context -> take(context, instanceOrDefault(context.pathParam("instance"))));
    router
        .post("/webhook/evolution/:instance/:event")
        .handler(context -> take(context, instanceFor(context)));
    router.post("/webhook/evolution").handler(context -> take(context, instances.lookUpDefault()));
  }

  /**
   * The instance of this name. What is an event's name, and no instance's, stands behind the
   * address of the default instance.
   */
  private CompletableFuture<Optional<Instance>> instanceOrDefault(String name) {
    CompletableFuture<Optional<Instance>> found = instances.lookUp(name);
    return EvolutionMessage.KNOWN_EVENTS.contains(name)
        ? found.thenCompose(
            instance ->
                instance.isPresent()
                    ? CompletableFuture.completedFuture(instance)
                    : instances.lookUpDefault())
        : found;
  }

  /** The event that an address names is not looked at: the message says it itself. */
  private CompletableFuture<Optional<Instance>> instanceFor(RoutingContext context) {
    return EvolutionMessage.isEventName(context.pathParam("event"))
        ? instances.lookUp(context.pathParam("instance"))
        : CompletableFuture.completedFuture(Optional.empty());
  }

  /** The answer to a message that is captured. */
  @RegisterForReflection
  record Taken(String status, String instance) {}

  /** Nothing is read before it is known whom the message is for and what can prove it. */
  private void take(RoutingContext context, CompletableFuture<Optional<Instance>> found) {
    context.request().pause();
    Context eventLoop = context.vertx().getOrCreateContext();
    CompletableFuture<Void> unused =
        found
            .thenApply(instance -> instance.orElseThrow(WebhookRoute::missing))
            .thenCompose(instance -> target(context, instance))
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

  /** Where a message goes, and how it is proven. */
  private record Target(Instance instance, UUID tenantId, WebhookProof proof) {

    Sender.Proven sender() {
      return new Sender.Proven(tenantId, Optional.of(instance.id()));
    }
  }

  private CompletableFuture<Target> target(RoutingContext context, Instance instance) {
    if (!instance.active()) {
      throw inactive("The instance is not active.");
    }
    WebhookProof proof =
        WebhookProof.of(instance, context.request().headers(), clock.instant(), tolerance);
    UUID tenantId =
        instance.tenantId().orElseThrow(() -> inactive("The instance has no tenant yet."));
    return tenants
        .lookUp(tenantId)
        .thenApply(
            tenant -> {
              if (tenant.filter(TenantEntry::active).isEmpty()) {
                throw inactive("The instance's tenant is not active.");
              }
              return new Target(instance, tenantId, proof);
            });
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
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private static TenantryException missing() {
    return new TenantryException(ErrorCode.INSTANCE_NOT_FOUND, "There is no such instance.");
  }

  private static TenantryException inactive(String detail) {
    return new TenantryException(ErrorCode.INSTANCE_INACTIVE, detail);
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
    Optional<EvolutionMessage> evolution = EvolutionMessage.read(body);
    Optional<String> id =
        target
            .proof()
            .messageId()
            .or(() -> evolution.flatMap(message -> message.id(body)))
            .or(() -> target.proof().nameByBody(body));
    Event event =
        new Event(
            target.tenantId(),
            "urn:tenantry:instance:" + target.instance().name(),
            id.orElseGet(() -> UUID.randomUUID().toString()),
            evolution.map(EvolutionMessage::type).orElse(TYPE),
            evolution.map(EvolutionMessage::instance),
            evolution.flatMap(EvolutionMessage::sentAt),
            contentType(context, body),
            attributes(target.instance()),
            body);
    return id.isPresent() ? capture.accept(event) : capture.acceptOnce(event);
  }

  /** What is not the JSON it says it is, is any bytes. */
  private static String contentType(RoutingContext context, byte[] body) {
    String declared = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    boolean usable =
        declared != null
            && declared.length() <= Event.LONGEST_ATTRIBUTE
            && JsonText.flaw(declared).isEmpty();
    if (usable && !Event.isJson(declared)) {
      return declared;
    }
    if (!JsonText.isJson(body)) {
      return OTHER;
    }
    return usable ? declared : Event.JSON;
  }

  /** What whoever handles the event has to know of the instance; no secret. */
  private Map<String, String> attributes(Instance instance) {
    Settings settings = instance.settings().orElse(standards);
    Map<String, String> attributes = new HashMap<>();
    attributes.put("instance", instance.name());
    attributes.put("channeltype", instance.channelType());
    settings.whatsappInstance().ifPresent(v -> attributes.put("whatsappinstance", v));
    settings.sessionIdPrefix().ifPresent(v -> attributes.put("sessionidprefix", v));
    settings.defaultAgent().ifPresent(v -> attributes.put("defaultagent", v));
    return attributes;
  }
}
