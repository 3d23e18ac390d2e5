package io.tenantry.kernel.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a topic is asked for. */
class TopicSpecTest {

  @ParameterizedTest(name = "of {0} replicas {1}")
  @CsvSource({"1, 1", "2, 1", "3, 2", "5, 4"})
  @Tag("I1")
  void requiresAllReplicasButOneToHaveMessage(short replicas, String expected) {
    NewTopic topic = new TopicSpec("t", 6, Map.of("retention.ms", "1")).withReplicas(replicas);

    assertThat(topic.replicationFactor()).isEqualTo(replicas);
    assertThat(topic.numPartitions()).isEqualTo(6);
    assertThat(topic.configs())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("retention.ms", "1", "min.insync.replicas", expected));
  }

  @Test
  @Tag("I1")
  void keepsOwnSettingOfTopic() {
    NewTopic topic =
        new TopicSpec("t", 1, Map.of("min.insync.replicas", "1")).withReplicas((short) 3);

    assertThat(topic.configs()).containsEntry("min.insync.replicas", "1");
  }
}
