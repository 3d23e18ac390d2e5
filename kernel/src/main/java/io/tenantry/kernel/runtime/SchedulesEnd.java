package io.tenantry.kernel.runtime;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduler;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** No timer fires any more once what it would use begins to end. */
@Singleton
final class SchedulesEnd {

  void pause(@Observes @Priority(ShutdownOrder.WORKERS) ShutdownEvent ending, Scheduler timers) {
    timers.pause();
  }
}
