package io.tenantry.ingestion.deadletter;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tenantry.ingestion.event.EventMessage;
import io.tenantry.ingestion.group.CommittedOffset;
import io.tenantry.ingestion.group.StartPositions;
import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import io.tenantry.ingestion.topic.TopicIdentities;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.runtime.ShutdownOrder;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dead letter topic into the register, a table, so that dead letters of all producers can
 * be searched and counted without reading the topic.
 */
@Singleton
public final class DeadLetterRegister {

  private static final Logger LOG = Logger.getLogger(DeadLetterRegister.class);
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_TEXT_LENGTH = 1024;

  private final DeadLetterTopic topic;
  private final DeadLetterStore store;
  private final DeadLettersConfig config;
  private volatile boolean stopping;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
  private @Nullable Thread thread;

  DeadLetterRegister(DeadLetterTopic topic, DeadLetterStore store, DeadLettersConfig config) {
    this.topic = topic;
    this.store = store;
    this.config = config;
  }

  void start(@Observes StartupEvent started) {
    if (config.enabled()) {
      thread = Thread.ofVirtual().name("dead-letter-register").start(this::runUntilStopped);
    }
  }

  void stop(@Observes @Priority(ShutdownOrder.WORKERS) ShutdownEvent stopped)
      throws InterruptedException {
    stopping = true;
    KafkaConsumer<byte[], byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
    if (thread != null) {
      thread.join(STOP_TIMEOUT);
    }
  }

  private void runUntilStopped() {
    while (!stopping) {
      KafkaConsumer<byte[], byte[]> consumer = topic.member();
      current = consumer;
      try {
        TopicIdentities.Watch watch = topic.watch();
        KnownTopic known = new KnownTopic(topic.name(), watch.identity());
        long lost = store.start(known);
        if (lost > 0) {
          LOG.warnf(
              "dead letter topic was replaced; its dead letters are lost topic=%s count=%d",
              known, lost);
        }
        consumer.subscribe(List.of(topic.name()), new StartPositions(consumer, watch.identity()));
        while (!stopping) {
          register(consumer, watch, known);
        }
      } catch (WakeupException e) {
        LOG.debug("dead letter register stopped");
      } catch (RuntimeException e) {
        LOG.warnf("dead letter register failed; restarting in 1s: %s", e);
        pause();
      } finally {
        current = null;
        consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
      }
    }
  }

  private void register(
      KafkaConsumer<byte[], byte[]> consumer, TopicIdentities.Watch watch, KnownTopic known) {
    ConsumerRecords<byte[], byte[]> messages = consumer.poll(POLL_TIMEOUT);
    if (messages.isEmpty()) {
      watch.checkRegularly();
      return;
    }
    // Check for every batch, as there are few: dead letters of another topic must not be stored
    // with this identity.
    watch.check();
    store.add(
        StreamSupport.stream(messages.spliterator(), false)
            .map(message -> deadLetter(message, known.identity()))
            .toList(),
        known);
    consumer.commitSync(CommittedOffset.after(messages, watch.identity()));
  }

  private void pause() {
    try {
      Thread.sleep(RETRY_DELAY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  private DeadLetter deadLetter(ConsumerRecord<byte[], byte[]> message, TopicIdentity identity) {
    Origin origin = Origin.of(message.headers());
    return new DeadLetter(
        0,
        EventMessage.tenantOf(message.key()),
        header(message, "ce_id"),
        header(message, "ce_type"),
        origin.reason(),
        origin.error(),
        origin.topic(),
        origin.partition(),
        origin.offset(),
        origin.timestamp(),
        origin.redrives(),
        origin.redrives() >= config.maxRedrives() ? Status.PARKED : Status.WAITING,
        DeadLetter.timeOf(message),
        message.partition(),
        message.offset(),
        Optional.of(identity),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Optional<String> header(ConsumerRecord<byte[], byte[]> message, String name) {
    Header header = message.headers().lastHeader(name);
    return Optional.ofNullable(header == null ? null : header.value())
        .map(value -> new String(value, StandardCharsets.UTF_8).replace('\0', '\ufffd'))
        .map(text -> text.length() > MAX_TEXT_LENGTH ? text.substring(0, MAX_TEXT_LENGTH) : text);
  }
}
