package io.tenantry.ingestion.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.kafka.TopicSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("I2")
class DriftTest {

  private static final Map<String, String> SETTINGS =
      Map.of("retention.ms", "604800000", "cleanup.policy", "delete");
  private static final TopicSpec DESIRED = new TopicSpec("events", 6, SETTINGS);

  private static Verification verify(int partitions, int replicas, Map<String, String> changed) {
    Map<String, String> config = new HashMap<>(SETTINGS);
    config.put("min.insync.replicas", "2");
    config.put("flush.ms", "7");
    config.putAll(changed);
    config.values().removeIf(String::isEmpty);
    Topic actual =
        new Topic("events", partitions, replicas, config, Optional.empty(), Optional.empty());
    return Drift.verify(DESIRED, (short) 3, Optional.of(actual));
  }

  private static Verification.Setting onlyDifference(Verification found) {
    assertThat(found.matches()).isFalse();
    assertThat(found.settings()).filteredOn(setting -> !setting.matches()).hasSize(1);
    return found.settings().stream().filter(setting -> !setting.matches()).findFirst().get();
  }

  @Test
  void reportsManagedSettingsInFixedOrder() {
    Verification found = verify(6, 3, Map.of());

    assertThat(found.matches()).isTrue();
    assertThat(found.settings())
        .extracting(Verification.Setting::setting)
        .containsExactly(
            "partitions",
            "replication.factor",
            "cleanup.policy",
            "min.insync.replicas",
            "retention.ms");
  }

  @ParameterizedTest(name = "{0} matches: {1}")
  @CsvSource({
    "604800000, true",
    "608400000, true",
    "601200000, true",
    "608400001, false",
    "601199999, false",
    "-1, false"
  })
  void verifiesRetentionWithToleranceOfOneHour(String retention, boolean matches) {
    assertThat(verify(6, 3, Map.of("retention.ms", retention)).matches()).isEqualTo(matches);
  }

  @Test
  void hasNoToleranceForUnlimitedRetention() {
    TopicSpec unlimited = new TopicSpec("events", 1, Map.of("retention.ms", "-1"));
    Topic actual =
        new Topic(
            "events",
            1,
            1,
            Map.of("retention.ms", "0", "min.insync.replicas", "1"),
            Optional.empty(),
            Optional.empty());

    assertThat(Drift.verify(unlimited, (short) 1, Optional.of(actual)).matches()).isFalse();
  }

  @Test
  void repairsMissingAndDifferingSettings() {
    Verification.Setting different =
        onlyDifference(verify(6, 3, Map.of("cleanup.policy", "compact")));
    Verification.Setting missing = onlyDifference(verify(6, 3, Map.of("cleanup.policy", "")));

    assertThat(different.actual()).contains("compact");
    assertThat(different.isRepairable()).isTrue();
    assertThat(missing.actual()).isEmpty();
    assertThat(missing.isRepairable()).isTrue();
  }

  @Test
  void addsPartitionsButRemovesNone() {
    assertThat(onlyDifference(verify(2, 3, Map.of())).isRepairable()).isTrue();
    assertThat(onlyDifference(verify(8, 3, Map.of())).notRepairable())
        .contains("Kafka cannot reduce the number of partitions");
  }

  @Test
  void leavesReplicasToOperators() {
    Verification.Setting found = onlyDifference(verify(6, 1, Map.of()));

    assertThat(found.setting()).isEqualTo("replication.factor");
    assertThat(found.isRepairable()).isFalse();
  }

  @Test
  void reportsMissingTopicAsRepairable() {
    Verification found = Drift.verify(DESIRED, (short) 3, Optional.empty());

    assertThat(found.exists()).isFalse();
    assertThat(found.matches()).isFalse();
    assertThat(found.settings()).isNotEmpty().allMatch(Verification.Setting::isRepairable);
  }
}
