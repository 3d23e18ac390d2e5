package io.tenantry.kernel.http;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tenantry.kernel.error.ErrorCode;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * After SIGTERM the service is not ready, and still answers for a while ({@code
 * quarkus.shutdown.delay}), so that who sends to it may notice. Then it begins nothing more: a
 * request gets 503, those in hand are answered, and only then the server closes. So whoever loses a
 * connection in the very last moment knows that nothing was done.
 */
@Singleton
final class Draining {

  private static final int FIRST = 2000;

  private final RoutingProblems problems;
  private final Vertx vertx;
  private final Optional<Duration> delay;
  private volatile boolean over;

  Draining(
      RoutingProblems problems,
      Vertx vertx,
      @ConfigProperty(name = "quarkus.shutdown.delay") Optional<Duration> delay) {
    this.problems = problems;
    this.vertx = vertx;
    this.delay = delay;
  }

  void begin(@Observes ShutdownDelayInitiatedEvent terminated) {
    long millis = delay.map(Duration::toMillis).orElse(0L);
    vertx.setTimer(Math.max(1, millis), timer -> over = true);
  }

  void register(@Observes Filters filters) {
    filters.register(
        context -> {
          if (over) {
            problems.answer(
                context, ErrorCode.SHUTTING_DOWN, "The service ends; another takes the request.");
          } else {
            context.next();
          }
        },
        FIRST);
  }
}
