package io.tenantry.ingestion.delivery;

import io.smallrye.common.annotation.Identifier;
import io.tenantry.ingestion.group.ManagedGroups;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Creates Kafka consumers for tenants' events. */
@Singleton
final class Consumers {

  private final Map<String, Object> kafka;
  private final ManagedGroups groups;
  private final ExtractionConfig config;

  Consumers(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      ManagedGroups groups,
      ExtractionConfig config) {
    this.kafka = kafka;
    this.groups = groups;
    this.config = config;
  }

  /** A consumer in the group of the extraction workers. */
  KafkaConsumer<byte[], byte[]> member() {
    Map<String, Object> settings = settings();
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, groups.workers());
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
    // New partitions are discovered within this time.
    settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
    return of(settings);
  }

  /** A consumer without a group, which commits nothing. */
  KafkaConsumer<byte[], byte[]> reader() {
    return of(settings());
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // The worker decides where to continue: events that the topic no longer keeps must be reported
    // as lost.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, config.batchSize());
    settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500L);
    return settings;
  }

  private static KafkaConsumer<byte[], byte[]> of(Map<String, Object> settings) {
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
