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

/** What clients of two replicas notice when one of them is asked to end: nothing. */
public final class DrainContract {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** As the shortest of our deployments, Compose's, gives it before it kills. */
  private static final Duration GRACE = Duration.ofSeconds(20);

  /** What libraries log on a busy machine while they close, though nothing is lost. */
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
   * @param ending a replica that is ready, and asked to end
   * @param staying one that takes over
   * @param clients how many send one request after the other
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
     * @throws Exception if the answer is none, or not as it should be
     */
    void send(URI replica) throws Exception;
  }

  /**
   * Sends requests from several clients, all the while one replica ends: each request is answered
   * as it should be, the replica ends in time, and what it logs from then on tells of no trouble.
   *
   * @param some how many requests are answered before, and again after, the end
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
