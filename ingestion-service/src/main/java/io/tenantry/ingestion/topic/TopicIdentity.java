package io.tenantry.ingestion.topic;

/**
 * Identifies a topic independently of its name. A topic that was deleted and created again, or that
 * is on another cluster, has another identity, and its offsets refer to other messages.
 *
 * @param clusterId Kafka's id of the cluster
 * @param topicId Kafka's id of the topic, in the format of Kafka's tools
 */
public record TopicIdentity(String clusterId, String topicId) {}
