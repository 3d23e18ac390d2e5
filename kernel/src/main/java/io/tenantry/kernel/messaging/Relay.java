package io.tenantry.kernel.messaging;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * Publishes rows of a table to Kafka, in the order of each message key, at least once. A row is
 * removed when the broker has acknowledged its message.
 *
 * <p>Easy to get wrong: a message may be sent only after the previous one of its key was
 * acknowledged, or a retry would swap the two; hence one chain of sends per key.
 */
public final class Relay {

  private static final Logger LOG = Logger.getLogger(Relay.class);
  private static final Duration STOPPING = Duration.ofSeconds(2);

  private final String name;
  private final Database database;
  private final OutboxConfig config;
  private final Map<String, Object> kafka;
  private final Source source;
  private final Semaphore work = new Semaphore(0);
  private final Thread thread;
  private volatile boolean stopping;

  Relay(
      String name,
      Database database,
      OutboxConfig config,
      Map<String, Object> kafka,
      Source source) {
    this.name = name;
    this.database = database;
    this.config = config;
    this.kafka = kafka;
    this.source = source;
    this.thread = Thread.ofVirtual().name(name + "-relay").unstarted(this::relayUntilStopped);
  }

  /** The table that is relayed. {@code read} and {@code remove} run in one transaction. */
  public interface Source {

    /** SQL of a text that names the table: the lock of the one replica that works on it. */
    String lock();

    /** The oldest messages in their order, up to a limit. */
    List<Message> read(Sql transaction, int limit);

    /** Removes the rows of published messages. */
    void remove(Sql transaction, Long[] positions);
  }

  /**
   * A row as a message.
   *
   * @param position identifies the row
   */
  public record Message(long position, ProducerRecord<String, byte[]> content) {}

  /** Starts to relay, on a thread of its own. */
  public void start() {
    thread.start();
  }

  /** Stops; another replica, or the next start, publishes the rest. */
  public void stop() {
    stopping = true;
    wake();
    try {
      thread.join(STOPPING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Announces a committed row, so that it need not wait for the poll. */
  public void wake() {
    work.release();
  }

  private void relayUntilStopped() {
    try (Producer<String, byte[]> producer = producer()) {
      while (!stopping) {
        try {
          while (relayBatch(producer) == config.batchSize()) {
            LOG.debug("full batch; reading the next one");
          }
        } catch (RuntimeException e) {
          LOG.warnf(e, "%s could not be relayed; retrying", name);
        }
        awaitWork();
      }
    }
  }

  private void awaitWork() {
    try {
      if (work.tryAcquire(config.pollInterval().toMillis(), TimeUnit.MILLISECONDS) && !stopping) {
        Thread.sleep(config.linger());
      }
      work.drainPermits();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  /** Publishes a batch and removes what the broker acknowledges; returns the number of rows. */
  private int relayBatch(Producer<String, byte[]> producer) {
    return database.inTransaction(
        sql -> {
          if (!lock(sql)) {
            return 0;
          }
          List<Message> messages = source.read(sql, config.batchSize());
          if (messages.isEmpty()) {
            return 0;
          }
          Long[] published = publish(producer, messages);
          if (published.length > 0) {
            source.remove(sql, published);
          }
          return published.length;
        });
  }

  /**
   * Whether this replica works now. The lock is released with the transaction, and so when a
   * replica crashes. It is taken before the statement that reads: a statement that did both could
   * read rows that another replica published before it released the lock. The commit becomes
   * asynchronous: if PostgreSQL crashes and loses the removal, messages are published again with
   * the same ids.
   */
  private boolean lock(Sql sql) {
    return sql.exists(
        """
        SELECT set_config('synchronous_commit', 'off', true)
        WHERE pg_try_advisory_xact_lock(hashtext(%s))
        """
            .formatted(source.lock()));
  }

  private Long[] publish(Producer<String, byte[]> producer, List<Message> messages) {
    ConcurrentLinkedQueue<Long> published = new ConcurrentLinkedQueue<>();
    Map<String, CompletableFuture<Void>> chains = new HashMap<>();
    for (Message message : messages) {
      chains.compute(
          message.content().key(),
          (key, before) ->
              (before == null ? CompletableFuture.<Void>completedFuture(null) : before)
                  .thenCompose(done -> send(producer, message.content()))
                  .thenRun(() -> published.add(message.position())));
    }
    try {
      CompletableFuture.allOf(chains.values().toArray(CompletableFuture[]::new))
          .get(config.sendTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warnf(
          "%s: batch partly published; retrying the rest published=%d of=%d: %s",
          name, published.size(), messages.size(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return published.toArray(Long[]::new);
  }

  private static CompletableFuture<Void> send(
      Producer<String, byte[]> producer, ProducerRecord<String, byte[]> message) {
    CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    Future<?> unused =
        producer.send(
            message,
            (metadata, failure) -> {
              if (failure == null) {
                acknowledged.complete(null);
              } else {
                acknowledged.completeExceptionally(failure);
              }
            });
    return acknowledged;
  }

  private Producer<String, byte[]> producer() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) config.sendTimeout().toMillis());
    settings.put(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) config.sendTimeout().toMillis() / 3);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, config.sendTimeout().toMillis() / 3);
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }
}
