package io.tenantry.kernel.messaging;

import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.tenantry.kernel.db.Database;
import io.vertx.sqlclient.Row;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Publishes the outbox to Kafka as CloudEvents in binary mode, in each tenant's order, at least
 * once: consumers recognise repetitions by the event's id. Only one replica's relay works at a
 * time.
 *
 * <p>Easy to get wrong: an event may be sent only after its tenant's previous one was acknowledged,
 * or a retry would swap the two; hence one chain of sends per tenant.
 */
@Singleton
@IfBuildProperty(name = "tenantry.outbox.enabled", stringValue = "true")
final class OutboxRelay {

  private static final Logger LOG = Logger.getLogger(OutboxRelay.class);

  /**
   * Reads a batch for the relay that gets the lock, which is released with the transaction, and so
   * when a replica crashes. The commit is asynchronous: if PostgreSQL crashes and loses the
   * removal, the events are published again with the same ids.
   */
  private static final String SELECT_BATCH =
      """
      SELECT position, event_id, topic, subject, type, occurred_at, data
      FROM outbox
      WHERE (
        SELECT pg_try_advisory_xact_lock(hashtext('outbox ' || current_schema()))
          AND set_config('synchronous_commit', 'off', true) = 'off'
      )
      ORDER BY position
      LIMIT $1
      """;

  private static final Duration STOPPING = Duration.ofSeconds(2);

  private final Database database;
  private final OutboxConfig config;
  private final Map<String, Object> kafka;
  private final String source;
  private final Semaphore work = new Semaphore(0);
  private final Thread thread =
      Thread.ofVirtual().name("outbox-relay").unstarted(this::relayUntilStopped);
  private volatile boolean stopping;

  OutboxRelay(
      Database database,
      OutboxConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "quarkus.application.name") String application) {
    this.database = database;
    this.config = config;
    this.kafka = kafka;
    this.source = "/tenantry/" + application;
  }

  void start(@Observes StartupEvent started) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent stopped) throws InterruptedException {
    stopping = true;
    wake();
    // Another replica, or the next start, publishes the rest.
    thread.join(STOPPING);
  }

  /** Announces a committed event, so that it need not wait for the poll. */
  void wake() {
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
          LOG.warnf(e, "the outbox could not be relayed; retrying");
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

  /** Publishes a batch and removes what the broker acknowledges; returns the number of events. */
  private int relayBatch(Producer<String, byte[]> producer) {
    return database.inTransaction(
        sql -> {
          List<Row> events = sql.list(row -> row, SELECT_BATCH, config.batchSize());
          if (events.isEmpty()) {
            return 0;
          }
          Long[] published = publish(producer, events);
          if (published.length > 0) {
            sql.run("DELETE FROM outbox WHERE position = ANY($1)", (Object) published);
          }
          return published.length;
        });
  }

  private Long[] publish(Producer<String, byte[]> producer, List<Row> events) {
    ConcurrentLinkedQueue<Long> published = new ConcurrentLinkedQueue<>();
    Map<UUID, CompletableFuture<Void>> chains = new HashMap<>();
    for (Row event : events) {
      chains.compute(
          event.getUUID("subject"),
          (subject, before) ->
              (before == null ? CompletableFuture.<Void>completedFuture(null) : before)
                  .thenCompose(done -> send(producer, event))
                  .thenRun(() -> published.add(event.getLong("position"))));
    }
    try {
      CompletableFuture.allOf(chains.values().toArray(CompletableFuture[]::new))
          .get(config.sendTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warnf(
          "outbox batch partly published; retrying the rest published=%d of=%d: %s",
          published.size(), events.size(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return published.toArray(Long[]::new);
  }

  private CompletableFuture<Void> send(Producer<String, byte[]> producer, Row event) {
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(
            event.getString("topic"),
            event.getUUID("subject").toString(),
            event.getString("data").getBytes(StandardCharsets.UTF_8));
    Map.of(
            "ce_specversion", "1.0",
            "ce_id", event.getUUID("event_id").toString(),
            "ce_source", source,
            "ce_type", event.getString("type"),
            "ce_subject", event.getUUID("subject").toString(),
            "ce_time",
                DateTimeFormatter.ISO_INSTANT.format(
                    event.getOffsetDateTime("occurred_at").withOffsetSameInstant(ZoneOffset.UTC)),
            "content-type", "application/json")
        .forEach(
            (name, value) -> message.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
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
