package io.tenantry.operator.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.tenantry.operator.api.Hint;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the services' events from Kafka, from the newest on, and passes them to the controllers.
 * Without Kafka the controllers see changes with the next comparison. No consumer group is used:
 * each replica reads everything, and a lost event is made up for by the comparison.
 */
@Singleton
public final class Hints {

  private static final Logger LOG = Logger.getLogger(Hints.class);
  private static final List<String> TOPICS =
      List.of("tenantry.tenant-events", "tenantry.operation-events");
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** How often new partitions are looked for. */
  private static final Duration PARTITIONS = Duration.ofMinutes(1);

  private final Optional<String> servers;
  private final Map<String, Object> settings;
  private final ObjectMapper mapper;
  private final List<Consumer<Hint>> subscribers = new CopyOnWriteArrayList<>();
  private volatile boolean stopped;
  private volatile @Nullable KafkaConsumer<String, byte[]> current;

  Hints(
      @ConfigProperty(name = "kafka.bootstrap.servers") Optional<String> servers,
      @Identifier("default-kafka-broker") Map<String, Object> settings,
      ObjectMapper mapper) {
    this.servers = servers.filter(value -> !value.isBlank());
    this.settings = settings;
    this.mapper = mapper;
  }

  /** Passes all later hints to a subscriber, which must not block. */
  public void subscribe(Consumer<Hint> subscriber) {
    subscribers.add(subscriber);
  }

  void start(@Observes StartupEvent event) {
    if (servers.isEmpty()) {
      LOG.info("no Kafka configured: changes in Tenantry are found by comparison only");
      return;
    }
    Thread.ofVirtual().name("hints").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
    Optional.ofNullable(current).ifPresent(KafkaConsumer::wakeup);
  }

  private void run() {
    while (!stopped) {
      try {
        read();
      } catch (WakeupException e) {
        LOG.debug("reading events was stopped");
      } catch (RuntimeException e) {
        LOG.warnf("events cannot be read; retrying in %s s: %s", PAUSE.toSeconds(), e.getMessage());
        pause();
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
    Map<String, Object> config = new HashMap<>(settings);
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers.orElseThrow());
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      current = consumer;
      Set<TopicPartition> assigned = new HashSet<>();
      long assignedAt = 0;
      while (!stopped) {
        if (assigned.isEmpty() || System.nanoTime() - assignedAt > PARTITIONS.toNanos()) {
          assign(consumer, assigned);
          assignedAt = System.nanoTime();
        }
        if (assigned.isEmpty()) {
          pause();
        } else {
          consumer.poll(POLL).forEach(this::pass);
        }
      }
    } finally {
      current = null;
    }
  }

  private static void assign(KafkaConsumer<String, byte[]> consumer, Set<TopicPartition> assigned) {
    boolean changed = false;
    for (String topic : TOPICS) {
      for (var partition : consumer.partitionsFor(topic)) {
        changed |= assigned.add(new TopicPartition(topic, partition.partition()));
      }
    }
    if (changed) {
      // The positions of partitions that were assigned before are kept.
      consumer.assign(assigned);
    }
  }

  private void pass(ConsumerRecord<String, byte[]> message) {
    Optional<Hint> hint;
    try {
      hint = hint(message);
    } catch (IOException | IllegalArgumentException e) {
      LOG.debugf("message ignored topic=%s offset=%d", message.topic(), message.offset());
      return;
    }
    hint.ifPresent(found -> subscribers.forEach(subscriber -> subscriber.accept(found)));
  }

  private Optional<Hint> hint(ConsumerRecord<String, byte[]> message) throws IOException {
    Header type = message.headers().lastHeader("ce_type");
    if (type == null || message.value() == null) {
      return Optional.empty();
    }
    JsonNode data = mapper.readTree(message.value());
    String tenant = data.path("tenant_id").asText();
    return tenant.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Hint(
                new String(type.value(), StandardCharsets.UTF_8), UUID.fromString(tenant), data));
  }
}
