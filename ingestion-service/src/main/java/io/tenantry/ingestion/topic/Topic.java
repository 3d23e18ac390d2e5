package io.tenantry.ingestion.topic;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;

/**
 * A topic as the broker has it.
 *
 * @param partitions how many it has
 * @param replicationFactor how many copies each partition should have
 * @param config its settings by Kafka's names, the broker's defaults among them
 */
@RegisterForReflection
record Topic(String name, int partitions, int replicationFactor, Map<String, String> config) {}
