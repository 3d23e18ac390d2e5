package io.tenantry.ingestion.capture;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.tenantry.ingestion.http.BodyReader;
import io.tenantry.ingestion.http.HttpResponses;
import io.tenantry.ingestion.http.Sender;
import io.tenantry.ingestion.limit.RateLimitDecision;
import io.tenantry.ingestion.limit.RateLimits;
import io.tenantry.ingestion.limit.Subject;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.auth.TenantPrincipal;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Handles {@code POST /api/v1/events}. It is a Vert.x route and not a REST resource, because it
 * must limit the body before reading it. Runs on event loops and never blocks.
 */
@Singleton
final class CaptureRoute {

  private final BodyReader bodies;
  private final EventParser parser;
  private final Capture capture;
  private final RateLimits limits;
  private final HttpResponses responses;
  private final long maxBodyBytes;
  private final long maxEventBytes;

  CaptureRoute(
      BodyReader bodies,
      EventParser parser,
      Capture capture,
      RateLimits limits,
      HttpResponses responses,
      CaptureConfig config) {
    this.bodies = bodies;
    this.parser = parser;
    this.capture = capture;
    this.limits = limits;
    this.responses = responses;
    this.maxBodyBytes = config.maxBodySize().asLongValue();
    this.maxEventBytes = config.maxEventSize().asLongValue();
  }

  void register(@Observes Router router) {
    router.post("/api/v1/events").handler(this::capture);
  }

  private void capture(RoutingContext context) {
    try {
      UUID tenantId = tenantOf(context);
      Sender sender = new Sender.Proven(tenantId, Optional.empty());
      MultiMap headers = context.request().headers();
      Optional<EventFormat> structured = structured(headers);
      if (structured.isPresent()) {
        EventFormat format = structured.get();
        bodies.read(
            context,
            sender,
            maxBodyBytes,
            body -> capture(context, tenantId, () -> parser.parse(tenantId, format, body.bytes())));
      } else {
        bodies.read(
            context,
            sender,
            maxEventBytes,
            body ->
                capture(
                    context, tenantId, () -> parser.parseBinary(tenantId, headers, body.bytes())));
      }
    } catch (TenantryException e) {
      bodies.refuse(context, e);
    }
  }

  private static UUID tenantOf(RoutingContext context) {
    if (context.user() instanceof QuarkusHttpUser user) {
      SecurityIdentity identity = user.getSecurityIdentity();
      if (identity.getPrincipal() instanceof TenantPrincipal tenant
          && identity.hasRole(Roles.SCOPE_WRITE)) {
        return tenant.tenantId();
      }
    }
    throw new TenantryException(
        ErrorCode.FORBIDDEN, "Events require an API key of an active tenant with the scope write.");
  }

  /** The format of the body; empty in binary mode, where the body is the data. */
  private static Optional<EventFormat> structured(MultiMap headers) {
    String contentType = headers.get(HttpHeaders.CONTENT_TYPE);
    if (BinaryMode.isUsed(headers) && !EventFormat.isCloudEvents(contentType)) {
      return Optional.empty();
    }
    Optional<EventFormat> format = EventFormat.of(contentType);
    if (format.isEmpty()) {
      throw new TenantryException(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE,
          "The media type is not supported. Send application/json, application/cloudevents+json,"
              + " application/cloudevents-batch+json, or any type with the headers ce-….");
    }
    return format;
  }

  private void capture(RoutingContext context, UUID tenantId, Supplier<Submission> reader) {
    try {
      Submission submission = reader.get();
      RateLimitDecision decision =
          limits.tryAccept(Subject.tenant(tenantId), submission.items().size());
      responses.addRateLimitHeaders(context, decision);
      if (decision.isRefused()) {
        throw new TenantryException(
            ErrorCode.RATE_LIMITED,
            "The tenant has reached its rate limit. Retry after the time in Retry-After.");
      }
      submit(context, submission);
    } catch (RuntimeException e) {
      responses.fail(context, e);
    }
  }

  private void submit(RoutingContext context, Submission submission) {
    Outcomes outcomes = new Outcomes(submission);
    List<Submission.Item> items = submission.items();
    CompletableFuture<?>[] acceptances = new CompletableFuture<?>[items.size()];
    for (int i = 0; i < acceptances.length; i++) {
      acceptances[i] = accept(items.get(i), i, outcomes);
    }
    Context eventLoop = context.vertx().getOrCreateContext();
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(acceptances)
            .whenComplete(
                (done, failure) ->
                    // Kafka's threads must not run code of the request's event loop.
                    eventLoop.runOnContext(
                        loop -> {
                          if (failure == null) {
                            outcomes.send(context, responses);
                          } else {
                            responses.fail(context, failure);
                          }
                        }));
  }

  private CompletableFuture<Void> accept(Submission.Item item, int index, Outcomes outcomes) {
    return switch (item) {
      case Submission.Invalid invalid -> {
        outcomes.invalid(index, invalid.errors());
        yield CompletableFuture.completedFuture(null);
      }
      case Submission.Valid valid ->
          (valid.identity() == Submission.Identity.SENDER
                  ? capture.accept(valid.event())
                  : capture.acceptOnce(valid.event()))
              .handle(
                  (done, failure) -> {
                    if (failure == null) {
                      outcomes.accepted(index, valid.event().id());
                    } else {
                      outcomes.failed(index, valid.event().id(), failure);
                    }
                    return null;
                  });
    };
  }
}
