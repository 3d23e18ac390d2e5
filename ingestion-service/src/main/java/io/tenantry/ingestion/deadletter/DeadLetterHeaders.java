package io.tenantry.ingestion.deadletter;

/**
 * The headers of the dead letters that this service writes: SmallRye's names, and some of its own.
 */
final class DeadLetterHeaders {

  static final String PREFIX = "dead-letter-";
  static final String REASON = PREFIX + "reason";
  static final String CAUSE = PREFIX + "cause";
  static final String CLASS = PREFIX + "exception-class-name";
  static final String TOPIC = PREFIX + "topic";

  /** Kafka's id of the topic it was on, whose name may be another topic's by now. */
  static final String TOPIC_ID = PREFIX + "topic-id";

  /** On a dead letter whose message is larger than the dead letter topic takes: it has no value. */
  static final String TRUNCATED = PREFIX + "truncated";

  static final String PARTITION = PREFIX + "partition";
  static final String OFFSET = PREFIX + "offset";
  static final String TIMESTAMP = PREFIX + "timestamp";

  /** How often the message has been sent again; it stays on it all the way. */
  static final String REDRIVES = "tenantry-redrives";

  private DeadLetterHeaders() {}
}
