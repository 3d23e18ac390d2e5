package io.tenantry.tenant.externalservice;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/** Checks the health of tenants' services regularly. */
@Singleton
class ServiceHealth {

  private static final Logger LOG = Logger.getLogger(ServiceHealth.class);

  /** The number of parallel checks; one that hangs delays the others by at most its timeout. */
  private static final int BATCH = 20;

  private final ServiceStore store;
  private final ServiceClient client;
  private final ServicesConfig config;
  private final Executor virtualThreads = Thread::startVirtualThread;

  ServiceHealth(ServiceStore store, ServiceClient client, ServicesConfig config) {
    this.store = store;
    this.client = client;
    this.config = config;
  }

  @Scheduled(
      every = "${tenantry.services.health-poll-interval}",
      delayed = "5s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void check() {
    try {
      List<ServiceStore.DueCheck> due;
      do {
        due = store.takeDue(config.healthInterval(), BATCH);
        CompletableFuture.allOf(
                due.stream()
                    .map(
                        service -> CompletableFuture.runAsync(() -> check(service), virtualThreads))
                    .toArray(CompletableFuture[]::new))
            .join();
      } while (due.size() == BATCH);
    } catch (RuntimeException e) {
      LOG.warnf("the health of services could not be checked; retrying: %s", e);
    }
  }

  private void check(ServiceStore.DueCheck service) {
    if (!client.isConfigured(service.type())) {
      return;
    }
    try {
      client.checkHealth(service.type(), service.tenantId());
      store.recordHealth(service, Optional.empty());
    } catch (ServiceCallFailed e) {
      LOG.warnf(
          "health check failed: the service %s tenant=%s service=%s",
          e.getMessage(), service.tenantId(), service.type());
      store.recordHealth(service, Optional.ofNullable(e.getMessage()));
    }
  }
}
