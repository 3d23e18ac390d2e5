package io.tenantry.ingestion.topic;

/** A topic that is being read was replaced by another of the same name. */
public final class TopicReplaced extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicReplaced(String topic, TopicIdentity former, TopicIdentity now) {
    super("topic=%s was replaced: former=%s now=%s".formatted(topic, former, now));
  }
}
