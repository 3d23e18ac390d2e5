package io.tenantry.ingestion.deadletter;

import io.smallrye.common.annotation.Identifier;
import io.tenantry.ingestion.group.ManagedGroups;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.ingestion.topic.TopicIdentities;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.kafka.KafkaUnavailable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/** Reads the dead letter topic. */
@Singleton
final class DeadLetterTopic {

  private static final Logger LOG = Logger.getLogger(DeadLetterTopic.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSING = Duration.ofSeconds(3);

  /** Maximum difference of the brokers' clocks, which may set messages' timestamps. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /** After this many empty polls in a row, missing messages count as deleted. */
  private static final int MAX_EMPTY_POLLS = 6;

  private final Map<String, Object> kafka;
  private final String topic;
  private final String group;
  private final TopicIdentities identities;

  DeadLetterTopic(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      ManagedTopics topics,
      ManagedGroups groups,
      TopicIdentities identities) {
    this.identities = identities;
    this.kafka = kafka;
    this.topic = topics.deadLetters().name();
    this.group = groups.deadLetterProcessor();
  }

  String name() {
    return topic;
  }

  TopicIdentities.Watch watch() {
    return identities.watch(topic);
  }

  /** A consumer in the group of the register. */
  KafkaConsumer<byte[], byte[]> member() {
    Map<String, Object> settings = settings();
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
    return consumer(settings);
  }

  /**
   * Reads the messages of these dead letters that are still kept, by the dead letters' ids. A
   * message is returned only if its tenant and time match the register.
   *
   * @throws KafkaUnavailable if no broker responds
   */
  Map<Long, ConsumerRecord<byte[], byte[]>> read(Collection<DeadLetter> deadLetters) {
    if (deadLetters.stream().allMatch(deadLetter -> deadLetter.lostReason().isPresent())) {
      return Map.of();
    }
    TopicIdentity current = identities.current(topic);
    Map<Position, DeadLetter> wanted =
        deadLetters.stream()
            .filter(deadLetter -> deadLetter.mayBeOn(current))
            .collect(
                Collectors.toMap(
                    deadLetter -> new Position(deadLetter.partition(), deadLetter.offset()),
                    Function.identity()));
    Map<Integer, Set<Long>> offsets =
        wanted.keySet().stream()
            .collect(
                Collectors.groupingBy(
                    Position::partition,
                    TreeMap::new,
                    Collectors.mapping(Position::offset, Collectors.toCollection(HashSet::new))));
    Map<Long, ConsumerRecord<byte[], byte[]>> found = new HashMap<>();
    KafkaConsumer<byte[], byte[]> reader = consumer(settings());
    try {
      offsets.forEach(
          (partition, all) ->
              read(
                  reader,
                  partition,
                  all,
                  message -> {
                    DeadLetter deadLetter = wanted.get(Position.of(message));
                    if (deadLetter.isOf(message)) {
                      found.put(deadLetter.id(), message);
                    } else {
                      LOG.warnf(
                          "offset contains another message than the registered dead letter"
                              + " partition=%d offset=%d id=%d",
                          partition, message.offset(), deadLetter.id());
                    }
                  }));
    } finally {
      reader.close(CloseOptions.timeout(CLOSING));
    }
    return found;
  }

  private void read(
      KafkaConsumer<byte[], byte[]> reader,
      int partition,
      Set<Long> offsets,
      Consumer<ConsumerRecord<byte[], byte[]>> found) {
    TopicPartition source = new TopicPartition(topic, partition);
    long last = offsets.stream().mapToLong(Long::longValue).max().orElse(0);
    reader.assign(List.of(source));
    reader.seek(source, offsets.stream().mapToLong(Long::longValue).min().orElse(0));
    int empty = 0;
    while (empty < MAX_EMPTY_POLLS && reader.position(source) <= last) {
      List<ConsumerRecord<byte[], byte[]>> messages = reader.poll(POLL).records(source);
      empty = messages.isEmpty() ? empty + 1 : 0;
      for (ConsumerRecord<byte[], byte[]> message : messages) {
        if (offsets.contains(message.offset())) {
          found.accept(message);
        }
      }
    }
  }

  /**
   * The original positions of the dead letters that were written since a time.
   *
   * @throws KafkaUnavailable if not all dead letters can be read
   */
  Set<Position> originsSince(Instant since, TopicIdentity source) {
    KafkaConsumer<byte[], byte[]> reader = consumer(settings());
    try {
      List<TopicPartition> partitions =
          reader.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      reader.assign(partitions);
      reader
          .offsetsForTimes(
              partitions.stream()
                  .collect(
                      Collectors.toMap(
                          Function.identity(), p -> since.minus(CLOCK_SKEW).toEpochMilli())))
          .forEach(
              (partition, first) ->
                  reader.seek(partition, first == null ? ends.get(partition) : first.offset()));
      Set<Position> origins = new HashSet<>();
      for (int empty = 0; partitions.stream().anyMatch(p -> reader.position(p) < ends.get(p)); ) {
        ConsumerRecords<byte[], byte[]> messages = reader.poll(POLL);
        empty = messages.isEmpty() ? empty + 1 : 0;
        if (empty == MAX_EMPTY_POLLS) {
          throw new KafkaUnavailable(
              new TimeoutException("the dead letter topic could not be read completely"));
        }
        messages.forEach(
            message -> Origin.position(message.headers(), source).ifPresent(origins::add));
      }
      return origins;
    } finally {
      reader.close(CloseOptions.timeout(CLOSING));
    }
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
    settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500L);
    return settings;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
