package io.tenantry.ingestion.topic;

/**
 * Which topic it is that has a name now. A topic that was removed and made again, or one of another
 * cluster, has another identity, and its offsets are other messages.
 *
 * @param clusterId Kafka's id of the cluster
 * @param topicId Kafka's id of the topic, as its tools write it
 */
public record TopicIdentity(String clusterId, String topicId) {}
