package io.tenantry.ingestion.instance;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.ingestion.capture.BodyReader;
import io.tenantry.ingestion.capture.Capture;
import io.tenantry.ingestion.capture.CaptureConfig;
import io.tenantry.ingestion.capture.HttpAnswers;
import io.tenantry.ingestion.capture.JsonText;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.limit.RateLimits;
import io.tenantry.ingestion.limit.Subject;
import io.tenantry.ingestion.limit.Verdict;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantEntry;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * {@code POST /webhook/evolution/{name}} and the older {@code POST /webhook/evolution}: what a
 * channel sends becomes, byte for byte, an event of the instance's tenant. Runs on event loops and
 * never waits.
 */
@Singleton
final class WebhookRoute {

  /** The type of these events. */
  static final String TYPE = "io.tenantry.webhook.received.v1";

  private static final String OTHER = "application/octet-stream";

  private final InstanceDirectory instances;
  private final TenantDirectory tenants;
  private final BodyReader bodies;
  private final Capture capture;
  private final RateLimits limits;
  private final HttpAnswers answers;
  private final Settings standards;
  private final long largest;

  WebhookRoute(
      InstanceDirectory instances,
      TenantDirectory tenants,
      BodyReader bodies,
      Capture capture,
      RateLimits limits,
      HttpAnswers answers,
      InstancesConfig config,
      CaptureConfig captureConfig) {
    this.instances = instances;
    this.tenants = tenants;
    this.bodies = bodies;
    this.capture = capture;
    this.limits = limits;
    this.answers = answers;
    this.standards = Settings.of(config);
    this.largest = captureConfig.maxEventSize().asLongValue();
  }

  void register(@Observes Router router) {
    router
        .post("/webhook/evolution/:instance")
        .handler(
            context ->
                bodies.read(
                    context,
                    body -> take(context, instances.lookUp(context.pathParam("instance")), body)));
    router
        .post("/webhook/evolution")
        .handler(
            context ->
                bodies.read(context, body -> take(context, instances.lookUpDefault(), body)));
  }

  /** The answer to a message that is captured. */
  @RegisterForReflection
  record Taken(String status, String instance) {}

  private void take(
      RoutingContext context, CompletableFuture<Optional<Instance>> found, byte[] body) {
    Context eventLoop = context.vertx().getOrCreateContext();
    CompletableFuture<Void> unused =
        found
            .thenCompose(instance -> take(context, instance.orElseThrow(this::missing), body))
            .whenComplete(
                (instance, failure) ->
                    eventLoop.runOnContext(
                        loop -> {
                          if (failure == null) {
                            answers.send(context, 200, new Taken("success", instance.name()));
                          } else {
                            answers.fail(
                                context,
                                failure instanceof CompletionException
                                    ? failure.getCause()
                                    : failure);
                          }
                        }))
            .thenAccept(done -> {});
  }

  private TenantryException missing() {
    return new TenantryException(ErrorCode.INSTANCE_NOT_FOUND, "There is no such instance.");
  }

  private CompletableFuture<Instance> take(RoutingContext context, Instance instance, byte[] body) {
    if (!instance.active()) {
      throw inactive("The instance is not active.");
    }
    instance.webhookSecret().ifPresent(secret -> WebhookProof.check(context, secret, body));
    UUID tenantId =
        instance.tenantId().orElseThrow(() -> inactive("The instance has no tenant yet."));
    if (body.length > largest) {
      throw new TenantryException(
          ErrorCode.PAYLOAD_TOO_LARGE, "The message has more than %d bytes.".formatted(largest));
    }
    return tenants
        .lookUp(tenantId)
        .thenCompose(
            tenant -> {
              if (tenant.filter(TenantEntry::active).isEmpty()) {
                throw inactive("The instance's tenant is not active.");
              }
              requireWithin(context, Subject.instance(instance.id()));
              requireWithin(context, Subject.tenant(tenantId));
              return accept(context, instance, tenantId, body);
            })
        .thenApply(accepted -> instance);
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

  /** A sender that names its messages (Standard Webhooks) may repeat them. */
  private CompletableFuture<Void> accept(
      RoutingContext context, Instance instance, UUID tenantId, byte[] body) {
    String id = context.request().getHeader("webhook-id");
    boolean named =
        id != null
            && !id.isEmpty()
            && id.length() <= Event.LONGEST_ID
            && JsonText.flaw(id).isEmpty();
    Event event =
        new Event(
            tenantId,
            "urn:tenantry:instance:" + instance.name(),
            named ? id : UUID.randomUUID().toString(),
            TYPE,
            Optional.empty(),
            Optional.empty(),
            contentType(context, body),
            attributes(instance),
            body);
    return named ? capture.accept(event) : capture.acceptOnce(event);
  }

  /** What is not the JSON it says it is, is any bytes. */
  private static String contentType(RoutingContext context, byte[] body) {
    String declared = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    if (declared == null
        || declared.length() > Event.LONGEST_ATTRIBUTE
        || JsonText.flaw(declared).isPresent()
        || (Event.isJson(declared) && !JsonText.isJson(body))) {
      return JsonText.isJson(body) ? Event.JSON : OTHER;
    }
    return declared;
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
