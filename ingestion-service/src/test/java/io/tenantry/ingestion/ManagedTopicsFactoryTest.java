package io.tenantry.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tenantry.ingestion.capture.CaptureConfig;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.ingestion.topic.TopicsConfig;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("I1")
class ManagedTopicsFactoryTest {

  private static ManagedTopics topics(Map<String, String> settings) {
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(TopicsConfig.class)
            .withMapping(CaptureConfig.class)
            .withDefaultValues(settings)
            .build();
    return new ManagedTopicsFactory()
        .managedTopics(
            config.getConfigMapping(TopicsConfig.class),
            config.getConfigMapping(CaptureConfig.class));
  }

  @Test
  void describesTopicsByDefaults() {
    ManagedTopics topics = topics(Map.of());

    assertThat(topics.events().name()).isEqualTo("ingestion-events");
    assertThat(topics.events().partitions()).isEqualTo(6);
    assertThat(topics.events().config())
        .isEqualTo(
            Map.of(
                "retention.ms", "604800000",
                "retention.bytes", "-1",
                "compression.type", "snappy",
                "max.message.bytes", "4194304",
                "cleanup.policy", "delete"));
    assertThat(topics.deadLetters().name()).isEqualTo("ingestion-events-dlq");
    assertThat(topics.deadLetters().partitions()).isEqualTo(3);
    assertThat(topics.deadLetters().config())
        .containsEntry("retention.ms", "2592000000")
        .containsEntry("cleanup.policy", "delete");
  }

  @Test
  void derivesNamesAndSizesFromSettings() {
    ManagedTopics topics =
        topics(
            Map.of(
                "tenantry.topics.events.name", "acme.events",
                "tenantry.topics.events.retention", "1d",
                "tenantry.capture.max-event-size", "1M",
                "tenantry.capture.max-webhook-size", "512K"));

    assertThat(topics.deadLetters().name()).isEqualTo("acme.events-dlq");
    assertThat(topics.events().config()).containsEntry("retention.ms", "86400000");
    // Each takes the largest event with its attributes: one that fits the first fits the second.
    assertThat(topics.largestMessage()).isEqualTo(2 << 20);
    assertThat(topics.deadLetters().config())
        .containsEntry("max.message.bytes", Integer.toString(2 << 20));
  }

  @Test
  void knowsItsOwnTopicsOnly() {
    ManagedTopics topics = topics(Map.of());

    assertThat(topics.get("ingestion-events-dlq")).isEqualTo(topics.deadLetters());
    assertThatThrownBy(() -> topics.get("tenantry.tenant-events"))
        .asInstanceOf(type(TenantryException.class))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TOPIC_NOT_FOUND));
  }
}
