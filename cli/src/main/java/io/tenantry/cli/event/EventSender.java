package io.tenantry.cli.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenantry.cli.api.Api;
import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.api.UnreachableException;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.output.Progress;
import java.time.Duration;
import java.util.UUID;

/**
 * Sends events in batches and retries batches that the service could not take; each event is stored
 * once.
 */
final class EventSender {

  private static final Target EVENTS = Target.of("/api/v1/events");
  private static final long FIRST_PAUSE = 500;
  private static final long LONGEST_PAUSE = 10_000;

  private final Api api;
  private final int size;
  private final Duration retryTimeout;
  private final Progress progress;
  private final ArrayNode refused = Json.MAPPER.createArrayNode();
  private ArrayNode batch = Json.MAPPER.createArrayNode();
  private boolean cloudEvents;
  private long accepted;

  EventSender(Api api, int size, Duration retryTimeout, Progress progress) {
    this.api = api;
    this.size = size;
    this.retryTimeout = retryTimeout;
    this.progress = progress;
  }

  void add(ObjectNode event) {
    boolean cloudEvent = event.has("specversion");
    if (batch.size() >= size || (cloudEvent != cloudEvents && !batch.isEmpty())) {
      send();
    }
    cloudEvents = cloudEvent;
    if (!cloudEvent && !event.has("event_id")) {
      event.put("event_id", UUID.randomUUID().toString());
    }
    batch.add(event);
  }

  /** Sends the rest; returns the number of accepted events, and the refused events. */
  ObjectNode finish() {
    if (!batch.isEmpty()) {
      send();
    }
    ObjectNode sent = Json.MAPPER.createObjectNode();
    sent.put("accepted", accepted);
    sent.put("refused", refused.size());
    sent.set("events", refused);
    return sent;
  }

  private void send() {
    JsonNode answer = post();
    accepted += answer.path("accepted").asLong();
    answer
        .path("events")
        .valueStream()
        .filter(event -> event.path("outcome").asText().equals("refused"))
        .forEach(refused::add);
    batch = Json.MAPPER.createArrayNode();
    progress.update("", accepted + refused.size(), 0, "sent");
  }

  private JsonNode post() {
    long started = System.nanoTime();
    long pause = FIRST_PAUSE;
    while (true) {
      try {
        return api.send(
                "POST",
                EVENTS,
                batch,
                "Content-Type",
                cloudEvents ? "application/cloudevents-batch+json" : "application/json")
            .body();
      } catch (UnreachableException e) {
        if (isOver(started)) {
          throw e;
        }
        Waiting.pause(pause);
      } catch (ApiException e) {
        if (e.code().equals("VALIDATION_FAILED")) {
          return allRefused(e);
        }
        if (!(e.status() == 503 || e.status() == 429) || isOver(started)) {
          throw e;
        }
        Waiting.pause(Math.max(pause, e.retryAfterSeconds() * 1000));
      }
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    }
  }

  private boolean isOver(long started) {
    return System.nanoTime() - started > retryTimeout.toNanos();
  }

  /** The service answers a batch without accepted events with one problem detail. */
  private JsonNode allRefused(ApiException problem) {
    ArrayNode events = Json.MAPPER.createArrayNode();
    for (int i = 0; i < batch.size(); i++) {
      String element = "[" + i + "].";
      ObjectNode outcome = events.addObject();
      outcome.set("event_id", batch.get(i).path(cloudEvents ? "id" : "event_id"));
      outcome.put("outcome", "refused");
      ObjectNode why = outcome.putObject("problem");
      why.put("code", problem.code());
      why.put("detail", problem.getMessage());
      ArrayNode errors = why.putArray("errors");
      problem.errors().stream()
          .filter(error -> batch.size() == 1 || error.field().startsWith(element))
          .forEach(
              error ->
                  errors
                      .addObject()
                      .put("field", error.field().replace(element, ""))
                      .put("message", error.message()));
    }
    return Json.body().with("events", events).node();
  }
}
