package io.tenantry.kernel.event;

import java.util.Map;

/**
 * A topic as it should be.
 *
 * @param name its name
 * @param partitions how many partitions, 1 or more
 * @param config its settings by Kafka's names, for example {@code retention.ms}
 */
public record TopicSpec(String name, int partitions, Map<String, String> config) {

  /** The topic of {@link TenantEvent}s: as many partitions as consumers may share its work. */
  public static final TopicSpec TENANT_EVENTS =
      new TopicSpec(TenantEvent.TOPIC, 6, Map.of("retention.ms", "604800000"));

  public TopicSpec {
    config = Map.copyOf(config);
  }
}
