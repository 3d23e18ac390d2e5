package io.tenantry.testing;

import java.net.URI;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends requests to the ready replicas in turn, as a load balancer in production does: it probes
 * each of them several times a second.
 */
public final class LoadBalancer implements AutoCloseable {

  private static final long INTERVAL_MILLIS = 100;

  private final List<Replica> replicas;
  private final AtomicInteger turn = new AtomicInteger();
  private final ScheduledExecutorService probes = Executors.newScheduledThreadPool(1);

  /** A replica, and whether it was ready at the last probe. */
  private static final class Replica {
    private final URI address;
    private final ServiceHttp http;
    private volatile boolean ready = true;

    Replica(URI address) {
      this.address = address;
      this.http = new ServiceHttp(address);
    }

    void probe() {
      try {
        ready = http.get("/q/health/ready").status() == 200;
      } catch (RuntimeException e) {
        ready = false;
      }
    }
  }

  /**
   * @param services replicas that are ready
   */
  public LoadBalancer(List<ServiceProcess> services) {
    this.replicas = services.stream().map(service -> new Replica(service.address())).toList();
    ScheduledFuture<?> unused =
        probes.scheduleWithFixedDelay(
            () -> replicas.forEach(Replica::probe),
            INTERVAL_MILLIS,
            INTERVAL_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /** The replica for the next request. */
  public URI next() {
    List<Replica> ready = replicas.stream().filter(replica -> replica.ready).toList();
    if (ready.isEmpty()) {
      throw new IllegalStateException("no replica is ready");
    }
    return ready.get(Math.floorMod(turn.getAndIncrement(), ready.size())).address;
  }

  @Override
  public void close() {
    probes.shutdownNow();
  }
}
