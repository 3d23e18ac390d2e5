package io.tenantry.console.hints;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tenantry.console.problem.ConsoleError;
import io.tenantry.console.problem.Problem;
import io.tenantry.console.runtime.ConsoleConfig;
import io.tenantry.console.session.Sessions;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code /hints}: a stream of server-sent events (WHATWG HTML, section 9.2) for each browser. A
 * browser that does not read is disconnected, and connects again when it does; so is one whose
 * session has ended.
 */
@Singleton
final class HintStreams {

  private static final Duration COLLECTING = Duration.ofMillis(100);

  private final Sessions sessions;
  private final ConsoleConfig.Hints config;
  private final Vertx vertx;
  private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
  private final PendingHints pending = new PendingHints();

  HintStreams(Sessions sessions, ConsoleConfig config, Vertx vertx, MeterRegistry metrics) {
    this.sessions = sessions;
    this.config = config.hints();
    this.vertx = vertx;
    metrics.gaugeCollectionSize("tenantry.console.hint.streams", Tags.empty(), streams);
  }

  void register(@Observes Router router) {
    router
        .get("/hints")
        .handler(context -> sessions.requireValid(context, valid -> open(context, valid)));
  }

  void start(@Observes StartupEvent event) {
    vertx.setPeriodic(COLLECTING.toMillis(), timer -> flush());
    vertx.setPeriodic(config.heartbeat().toMillis(), timer -> streams.forEach(Stream::heartbeat));
  }

  void stop(@Observes ShutdownDelayInitiatedEvent event) {
    streams.forEach(Stream::end);
  }

  void stop(@Observes ShutdownEvent event) {
    streams.forEach(Stream::end);
  }

  /** Sends a hint to all browsers. */
  void send(String hint) {
    pending.add(hint);
  }

  private void flush() {
    List<String> hints = pending.take();
    if (!hints.isEmpty()) {
      StringBuilder text = new StringBuilder();
      hints.forEach(hint -> text.append("data: ").append(hint).append("\n\n"));
      streams.forEach(stream -> stream.write(text.toString()));
    }
  }

  private void open(RoutingContext context, Sessions.ValidityCheck valid) {
    if (streams.size() >= config.maxStreams()) {
      Problem.answer(
          context,
          ConsoleError.OVERLOADED,
          "Too many browsers receive hints; the app reads again at intervals.");
      return;
    }
    HttpServerResponse response = context.response();
    Stream stream = new Stream(response, valid, vertx.getOrCreateContext());
    response.closeHandler(closed -> streams.remove(stream));
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        // Compression would hold hints back.
        .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
        .putHeader("X-Accel-Buffering", "no");
    streams.add(stream);
    stream.write("retry: 2000\n\n");
  }

  /** One browser; works in the event loop of its connection. */
  private final class Stream {

    private final HttpServerResponse response;
    private final Sessions.ValidityCheck valid;
    private final Context loop;

    Stream(HttpServerResponse response, Sessions.ValidityCheck valid, Context loop) {
      this.response = response;
      this.valid = valid;
      this.loop = loop;
    }

    void write(String text) {
      loop.runOnContext(
          now -> {
            if (response.closed() || response.ended()) {
              streams.remove(this);
            } else if (response.writeQueueFull()) {
              streams.remove(this);
              response.reset();
            } else {
              response.write(text);
            }
          });
    }

    void heartbeat() {
      if (valid.isValid()) {
        write(": heartbeat\n\n");
      } else {
        end();
      }
    }

    void end() {
      streams.remove(this);
      loop.runOnContext(
          now -> {
            if (!response.closed() && !response.ended()) {
              response.end();
            }
          });
    }
  }
}
