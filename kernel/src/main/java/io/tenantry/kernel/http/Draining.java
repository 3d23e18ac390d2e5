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
 * Drains the HTTP server. After SIGTERM the service is not ready but still answers for a while
 * ({@code quarkus.shutdown.delay}), so that load balancers notice. Then new requests get 503,
 * requests in progress are completed, and only then the server closes: a caller that loses its
 * connection at the end knows that its request was not processed.
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
                context,
                ErrorCode.SHUTTING_DOWN,
                "The service is shutting down; send the request to another replica.");
          } else {
            context.next();
          }
        },
        FIRST);
  }
}
