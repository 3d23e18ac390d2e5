package io.tenantry.ingestion.deadletter;

/**
 * The headers of the dead letters that this service writes: those of SmallRye, and some of its own.
 */
final class DeadLetterHeaders {

  static final String PREFIX = "dead-letter-";
  static final String REASON = PREFIX + "reason";
  static final String CAUSE = PREFIX + "cause";
  static final String CLASS = PREFIX + "exception-class-name";
  static final String TOPIC = PREFIX + "topic";

  /** Kafka's id of the original topic; another topic may have its name now. */
  static final String TOPIC_ID = PREFIX + "topic-id";

  /**
   * Marks a dead letter without value, because the message exceeds the dead letter topic's limit.
   */
  static final String TRUNCATED = PREFIX + "truncated";

  static final String PARTITION = PREFIX + "partition";
  static final String OFFSET = PREFIX + "offset";
  static final String TIMESTAMP = PREFIX + "timestamp";

  /** How many times the message was redriven; the header is kept in all topics. */
  static final String REDRIVES = "tenantry-redrives";

  private DeadLetterHeaders() {}
}
