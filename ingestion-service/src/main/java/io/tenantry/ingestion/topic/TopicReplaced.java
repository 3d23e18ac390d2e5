package io.tenantry.ingestion.topic;

/** A topic that is being read was replaced by another topic of the same name. */
public final class TopicReplaced extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicReplaced(String topic, TopicIdentity previous, TopicIdentity current) {
    super("topic was replaced topic=%s previous=%s current=%s".formatted(topic, previous, current));
  }
}
