package io.tenantry.backup;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** The events that the service publishes. */
public final class OperationEvents {

  private static final String TOPIC = "tenantry.operation-events";

  private OperationEvents() {}

  /** The data of the events of one type that were published of a tenant or a campaign. */
  public static List<String> of(UUID subject, String type) {
    return TopicRecords.of(TOPIC).stream()
        .filter(message -> message.key().equals(subject.toString()))
        .filter(message -> DeadLetters.header(message, "ce_type").equals(type))
        .map(message -> new String(message.value(), StandardCharsets.UTF_8))
        .toList();
  }
}
