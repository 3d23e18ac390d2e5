package io.tenantry.ingestion;

import io.tenantry.ingestion.capture.CaptureConfig;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.ingestion.topic.TopicsConfig;
import io.tenantry.kernel.kafka.TopicSpec;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** Builds the topics that ingestion-service creates on startup and manages. */
final class ManagedTopicsFactory {

  /**
   * An upper limit for the size of an event's attributes and of a dead letter's additional headers.
   */
  private static final long ATTRIBUTES = 1 << 20;

  @Produces
  @Singleton
  ManagedTopics managedTopics(TopicsConfig config, CaptureConfig capture) {
    long largest =
        Math.max(capture.maxEventSize().asLongValue(), capture.maxWebhookSize().asLongValue())
            + ATTRIBUTES;
    TopicsConfig.Events events = config.events();
    TopicsConfig.DeadLetters deadLetters = config.deadLetters();
    return new ManagedTopics(
        topic(events.name(), events.partitions(), events.retention(), largest),
        topic(events.name() + "-dlq", deadLetters.partitions(), deadLetters.retention(), largest));
  }

  @Produces
  @Singleton
  TopicSpec events(ManagedTopics topics) {
    return topics.events();
  }

  @Produces
  @Singleton
  TopicSpec deadLetters(ManagedTopics topics) {
    return topics.deadLetters();
  }

  private static TopicSpec topic(
      String name, int partitions, Duration retention, long largestMessage) {
    return new TopicSpec(
        name,
        partitions,
        Map.of(
            TopicConfig.RETENTION_MS_CONFIG,
            Long.toString(retention.toMillis()),
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            Long.toString(largestMessage),
            TopicConfig.RETENTION_BYTES_CONFIG,
            "-1",
            TopicConfig.COMPRESSION_TYPE_CONFIG,
            "snappy",
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE));
  }
}
