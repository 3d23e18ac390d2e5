package io.tenantry.ingestion.topic;

import io.tenantry.kernel.kafka.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** Compares the desired settings of a topic with the actual ones. Does not access the broker. */
final class Drift {

  static final String PARTITIONS = "partitions";
  static final String REPLICATION_FACTOR = "replication.factor";

  /** Smaller differences of the retention are ignored, as brokers delete whole segments. */
  private static final long RETENTION_TOLERANCE = Duration.ofHours(1).toMillis();

  private Drift() {}

  /** Compares all settings, in a fixed order. */
  static Verification verify(TopicSpec desired, short replicationFactor, Optional<Topic> actual) {
    List<Verification.Setting> settings = new ArrayList<>();
    settings.add(partitions(desired, actual));
    settings.add(replicas(replicationFactor, actual));
    new TreeMap<>(desired.configWithReplicas(replicationFactor))
        .forEach((name, value) -> settings.add(config(name, value, actual.map(Topic::config))));
    return new Verification(
        desired.name(),
        actual.isPresent(),
        settings.stream().allMatch(Verification.Setting::matches),
        settings);
  }

  private static Verification.Setting partitions(TopicSpec desired, Optional<Topic> actual) {
    int count = actual.map(Topic::partitionCount).orElse(0);
    return setting(
        PARTITIONS,
        Integer.toString(desired.partitions()),
        actual.map(t -> Integer.toString(t.partitionCount())),
        count == desired.partitions(),
        count > desired.partitions() ? "Kafka cannot reduce the number of partitions" : null);
  }

  private static Verification.Setting replicas(short desired, Optional<Topic> actual) {
    boolean matches = actual.map(Topic::replicationFactor).orElse(0) == desired;
    return setting(
        REPLICATION_FACTOR,
        Short.toString(desired),
        actual.map(t -> Integer.toString(t.replicationFactor())),
        matches,
        matches || actual.isEmpty()
            ? null
            : "the replication factor must be changed with kafka-reassign-partitions");
  }

  private static Verification.Setting config(
      String name, String desired, Optional<Map<String, String>> actual) {
    Optional<String> value = actual.map(config -> config.get(name));
    return setting(
        name, desired, value, value.filter(v -> equal(name, desired, v)).isPresent(), null);
  }

  private static boolean equal(String name, String desired, String actual) {
    if (name.equals(TopicConfig.RETENTION_MS_CONFIG)) {
      long wanted = Long.parseLong(desired);
      long found = Long.parseLong(actual);
      // -1 means unlimited, so it has no tolerance.
      return wanted == found
          || (wanted >= 0 && found >= 0 && Math.abs(wanted - found) <= RETENTION_TOLERANCE);
    }
    return desired.equals(actual);
  }

  private static Verification.Setting setting(
      String name,
      String desired,
      Optional<String> actual,
      boolean matches,
      @Nullable String reason) {
    return new Verification.Setting(
        name, desired, actual, matches, Optional.ofNullable(reason).filter(r -> !matches));
  }
}
