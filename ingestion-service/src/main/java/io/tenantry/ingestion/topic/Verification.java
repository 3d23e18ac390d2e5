package io.tenantry.ingestion.topic;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;

/**
 * A comparison of a topic's desired and actual settings.
 *
 * @param exists whether the topic exists on the broker
 * @param matches whether it exists and all its settings have the desired value
 * @param settings the desired and the actual value of each setting
 */
@RegisterForReflection
record Verification(String topic, boolean exists, boolean matches, List<Setting> settings) {

  /**
   * A setting.
   *
   * @param setting {@code partitions}, {@code replication.factor}, or Kafka's name of the setting
   * @param actual the value on the broker; absent if the topic does not exist
   * @param notRepairable why reconciling cannot repair it; absent if it can, or if the setting
   *     matches
   */
  @RegisterForReflection
  record Setting(
      String setting,
      String desired,
      Optional<String> actual,
      boolean matches,
      Optional<String> notRepairable) {

    @JsonIgnore
    boolean isRepairable() {
      return !matches && notRepairable.isEmpty();
    }
  }
}
