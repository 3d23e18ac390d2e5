package io.tenantry.ingestion.topic;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;

/**
 * A topic as it should be, beside what the broker has.
 *
 * @param exists whether the broker has it
 * @param matches whether it exists and all its settings are as they should be
 * @param settings each setting, desired and actual
 */
@RegisterForReflection
record Verification(String topic, boolean exists, boolean matches, List<Setting> settings) {

  /**
   * One setting.
   *
   * @param setting {@code partitions}, {@code replication.factor} or Kafka's name of it
   * @param actual what the broker has; absent without a topic
   * @param notRepairable why reconciling cannot repair it; absent if it can, or need not
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
