package io.tenantry.kernel.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tenantry.kernel.error.ErrorCode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Times out requests whose body does not arrive in time, and idle connections, so that callers
 * cannot hold resources they do not use. Runs before all other filters, so that it also covers
 * unauthenticated callers.
 */
@Singleton
final class RequestDeadlines {

  private static final Logger LOG = Logger.getLogger(RequestDeadlines.class);
  private static final int BEFORE_ALL_OTHERS = 3500;
  private static final long TICK_MILLIS = 500;

  private final HttpTimeouts timeouts;
  private final RoutingProblems problems;
  private final Counter late;
  private final Set<ArrivingBody> arriving = ConcurrentHashMap.newKeySet();

  RequestDeadlines(HttpTimeouts timeouts, RoutingProblems problems, MeterRegistry meters) {
    this.timeouts = timeouts;
    this.problems = problems;
    this.late =
        Counter.builder("tenantry.http.late.bodies")
            .description("Requests that timed out because their body did not arrive in time")
            .register(meters);
  }

  void register(@Observes Filters filters) {
    filters.register(this::begin, BEFORE_ALL_OTHERS);
  }

  void start(@Observes StartupEvent started, Vertx vertx) {
    vertx.setPeriodic(TICK_MILLIS, tick -> endLateBodies());
  }

  private void begin(RoutingContext context) {
    HttpServerRequest request = context.request();
    BooleanSupplier isReceived = keepConnectionWhileAnswering(context);
    if (hasBody(request)) {
      ArrivingBody body =
          new ArrivingBody(
              context, context.vertx().getOrCreateContext(), System.nanoTime(), isReceived);
      arriving.add(body);
      context.addEndHandler(
          ended -> {
            // The rest of the body is read and discarded, with the same deadline.
            if (request.isEnded() || !isOpen(request)) {
              arriving.remove(body);
            }
          });
    }
    context.next();
  }

  /** A body of length 0 is received with its request. */
  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null
        ? request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
        : !length.strip().equals("0");
  }

  /** Returns a check whether the request was received completely. */
  private BooleanSupplier keepConnectionWhileAnswering(RoutingContext context) {
    Channel channel = channel(context.request());
    ChannelHandler handler = channel.pipeline().get(ConnectionIdle.NAME);
    if (handler == null) {
      return context.request()::isEnded;
    }
    if (!(handler instanceof ConnectionIdle)) {
      handler = new ConnectionIdle(timeouts.idleTimeout(), timeouts.responseTimeout());
      channel.pipeline().replace(ConnectionIdle.NAME, ConnectionIdle.NAME, handler);
    }
    ConnectionIdle idle = (ConnectionIdle) handler;
    long number = idle.requestStarted();
    context.addEndHandler(ended -> channel.eventLoop().execute(idle::requestEnded));
    return () -> idle.isReceived(number);
  }

  private void endLateBodies() {
    long now = System.nanoTime();
    for (ArrivingBody body : arriving) {
      if (now - body.since > timeouts.bodyTimeout().toNanos()) {
        body.eventLoop.runOnContext(loop -> endIfLate(body));
      }
    }
  }

  private void endIfLate(ArrivingBody body) {
    HttpServerRequest request = body.context.request();
    if (request.isEnded() || !isOpen(request) || body.isReceived.getAsBoolean()) {
      arriving.remove(body);
      return;
    }
    if (!channel(request).config().isAutoRead()) {
      // The service itself has paused reading; the caller is not late.
      return;
    }
    long allowed = timeouts.allowed(request.bytesRead()).toNanos();
    if (System.nanoTime() - body.since > allowed && arriving.remove(body)) {
      late.increment();
      LOG.debugf("a body did not arrive in time bytes=%d", request.bytesRead());
      end(body.context);
    }
  }

  private void end(RoutingContext context) {
    if (context.response().headWritten()) {
      context.request().connection().close();
      return;
    }
    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    problems
        .answer(
            context,
            ErrorCode.REQUEST_TIMEOUT,
            "The body did not arrive within %d ms, nor at a rate of %d bytes a second."
                .formatted(timeouts.bodyTimeout().toMillis(), timeouts.bodyRate().asLongValue()))
        .onComplete(sent -> context.request().connection().close());
  }

  private static boolean isOpen(HttpServerRequest request) {
    return channel(request).isOpen();
  }

  private static Channel channel(HttpServerRequest request) {
    return ((ConnectionBase) request.connection()).channel();
  }

  /** A request whose body may still be incomplete. */
  private record ArrivingBody(
      RoutingContext context, Context eventLoop, long since, BooleanSupplier isReceived) {}
}
