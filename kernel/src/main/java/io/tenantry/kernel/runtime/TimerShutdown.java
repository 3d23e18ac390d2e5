package io.tenantry.kernel.runtime;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduler;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Pauses all timers before the resources that they use are closed. */
@Singleton
final class TimerShutdown {

  void pause(@Observes @Priority(ShutdownOrder.WORKERS) ShutdownEvent ending, Scheduler timers) {
    timers.pause();
  }
}
