package io.tenantry.console.web;

import io.tenantry.console.session.EndedSessions;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready when the ended sessions were read, so that no browser is logged out because a replica has
 * just started; or after a while, so that a console without Kafka still serves new sessions.
 */
@Readiness
@Singleton
final class SessionsHealth implements HealthCheck {

  private static final Duration GRACE = Duration.ofSeconds(20);

  private final EndedSessions ended;
  private final Clock clock;
  private final Instant started;

  SessionsHealth(EndedSessions ended, Clock clock) {
    this.ended = ended;
    this.clock = clock;
    this.started = clock.instant();
  }

  @Override
  public HealthCheckResponse call() {
    boolean complete = ended.isComplete();
    return HealthCheckResponse.named("sessions")
        .status(complete || clock.instant().isAfter(started.plus(GRACE)))
        .withData("ended_sessions", complete ? "read" : "not read: Kafka does not answer")
        .build();
  }
}
