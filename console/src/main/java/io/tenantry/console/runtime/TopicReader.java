package io.tenantry.console.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads every message of some topics in a thread of its own, without a consumer group, and connects
 * again after failures.
 */
public final class TopicReader implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(TopicReader.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** How often new partitions are looked for. */
  private static final Duration PARTITIONS = Duration.ofMinutes(1);

  private final String name;
  private final List<String> topics;
  private final From from;
  private final Map<String, Object> config;
  private final Listener listener;
  private volatile boolean stopped;
  private volatile @Nullable KafkaConsumer<String, byte[]> current;

  /** Where reading starts, also after a failure. */
  public enum From {
    EARLIEST,
    LATEST
  }

  /** What receives the messages, in the reader's thread. */
  public interface Listener {

    /** Called before each connection; what it throws is retried. */
    default void prepare() {}

    /** Called with each message. */
    void read(ConsumerRecord<String, byte[]> message);

    /** Called when the messages that existed at the time of the connection were read. */
    void caughtUp();
  }

  /**
   * A reader that is not started.
   *
   * @param settings the connection to Kafka
   */
  public TopicReader(
      String name,
      List<String> topics,
      From from,
      Map<String, Object> settings,
      Listener listener) {
    this.name = name;
    this.topics = topics;
    this.from = from;
    this.listener = listener;
    this.config = new HashMap<>(settings);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // The services create their topics, with their settings.
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, from == From.EARLIEST ? "earliest" : "latest");
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
  }

  /** Starts reading. */
  public void start() {
    Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  private void run() {
    while (!stopped) {
      try {
        listener.prepare();
        read();
      } catch (WakeupException e) {
        LOG.debugf("reading was stopped reader=%s", name);
      } catch (RuntimeException e) {
        if (!stopped) {
          LOG.warnf(
              "topics cannot be read; retrying in %d s reader=%s reason=%s",
              PAUSE.toSeconds(), name, e.getMessage());
          pause();
        }
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped = true;
    }
  }

  private void read() {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      current = consumer;
      Set<TopicPartition> assigned = new HashSet<>();
      Map<TopicPartition, Long> ends = Map.of();
      boolean caughtUp = false;
      long assignedAt = 0;
      while (!stopped) {
        if (assigned.isEmpty() || System.nanoTime() - assignedAt > PARTITIONS.toNanos()) {
          assign(consumer, assigned);
          assignedAt = System.nanoTime();
          ends = caughtUp ? ends : consumer.endOffsets(assigned);
        }
        if (assigned.isEmpty()) {
          pause();
          continue;
        }
        consumer.poll(caughtUp ? POLL : Duration.ofMillis(100)).forEach(listener::read);
        if (!caughtUp && isRead(consumer, ends)) {
          caughtUp = true;
          listener.caughtUp();
        }
      }
    } finally {
      current = null;
    }
  }

  private void assign(KafkaConsumer<String, byte[]> consumer, Set<TopicPartition> assigned) {
    boolean first = assigned.isEmpty();
    Set<TopicPartition> added = new HashSet<>();
    for (String topic : topics) {
      for (var partition : consumer.partitionsFor(topic)) {
        TopicPartition found = new TopicPartition(topic, partition.partition());
        if (assigned.add(found)) {
          added.add(found);
        }
      }
    }
    if (added.isEmpty()) {
      return;
    }
    // The positions of partitions that were assigned before are kept. A partition that was added
    // later is read completely: its first messages may be older than its discovery.
    consumer.assign(assigned);
    if (from == From.EARLIEST || !first) {
      consumer.seekToBeginning(added);
    } else {
      consumer.seekToEnd(added);
    }
  }

  private static boolean isRead(
      KafkaConsumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  @Override
  public void close() {
    stopped = true;
    KafkaConsumer<String, byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
  }
}
