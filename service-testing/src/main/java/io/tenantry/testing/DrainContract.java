package io.tenantry.testing;

import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Clients of two replicas notice nothing when one of them shuts down. */
public final class DrainContract {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The shortest grace period of our deployments, Compose's. */
  private static final Duration GRACE = Duration.ofSeconds(20);

  /** What libraries log on a busy machine while they close, although nothing is lost. */
  private static final List<String> HARMLESS =
      List.of(
          // A probe connected while the server closed.
          "Failed to register an accepted channel",
          // A poll was waiting for its thread while the consumer closed.
          "This consumer has already been closed",
          // The broker was slow to answer. What was not committed is read again, and repeating it
          // changes nothing.
          "Close timed out with");

  private final ServiceProcess ending;
  private final ServiceProcess staying;
  private final int clients;

  /**
   * @param ending a ready replica that will shut down
   * @param staying the replica that takes over
   * @param clients the number of clients, which send one request after the other
   */
  public DrainContract(ServiceProcess ending, ServiceProcess staying, int clients) {
    this.ending = ending;
    this.staying = staying;
    this.clients = clients;
  }

  /** Sends a request and checks its answer. */
  @FunctionalInterface
  public interface Request {

    /**
     * Sends it to a replica.
     *
     * @throws Exception if there is no answer, or an unexpected one
     */
    void send(URI replica) throws Exception;
  }

  /**
   * Sends requests from several clients while one replica shuts down: each request gets the
   * expected answer, the replica exits in time, and it logs no warning or error while it does.
   *
   * @param some the number of requests to answer before the shutdown, and again after it
   */
  public void noClientNotices(int some, Request request) {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong answered = new AtomicLong();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    int said;
    try (LoadBalancer balancer = new LoadBalancer(List.of(ending, staying));
        ExecutorService senders = Executors.newFixedThreadPool(clients)) {
      for (int i = 0; i < clients; i++) {
        senders.execute(
            () -> {
              while (!over.get()) {
                URI replica = balancer.next();
                try {
                  request.send(replica);
                  answered.incrementAndGet();
                } catch (Exception | AssertionError e) {
                  failures.add(replica + ": " + e);
                }
              }
            });
      }
      try {
        await().atMost(LIMIT).until(() -> answered.get() >= some);
        said = ending.log().length();
        long begun = System.nanoTime();
        ending.terminate();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(GRACE);
        long then = answered.get();
        await().atMost(LIMIT).until(() -> answered.get() >= then + some);
      } finally {
        over.set(true);
      }
    }
    assertThat(failures).isEmpty();
    assertThat(
            ending
                .log()
                .substring(said)
                .lines()
                .filter(line -> line.matches(".*\\b(WARN|ERROR)\\b.*"))
                .filter(line -> HARMLESS.stream().noneMatch(line::contains)))
        .isEmpty();
  }
}
