package io.tenantry.backup;

import static io.tenantry.testing.Polling.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Reads the dead letters of tenant events. */
public final class DeadLetters {

  private static final String TOPIC = "tenantry.tenant-events-dlq";

  private DeadLetters() {}

  /** Waits for the dead letter of a message. */
  public static ConsumerRecord<String, byte[]> awaitLetter(RecordMetadata message) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> find(message), Optional::isPresent)
        .orElseThrow();
  }

  /** The dead letter of a message, if there is one. */
  public static Optional<ConsumerRecord<String, byte[]>> find(RecordMetadata message) {
    return find(TOPIC, message);
  }

  /** The dead letter of a message on another topic, if there is one. */
  public static Optional<ConsumerRecord<String, byte[]>> find(
      String topic, RecordMetadata message) {
    return TopicRecords.of(topic).stream()
        .filter(letter -> header(letter, "dead-letter-topic").equals(message.topic()))
        .filter(
            letter ->
                header(letter, "dead-letter-partition").equals(message.partition() + "")
                    && header(letter, "dead-letter-offset").equals(message.offset() + ""))
        .findFirst();
  }

  /** A header as text. */
  public static String header(ConsumerRecord<String, byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  /** All dead letters up to now. */
  public static List<ConsumerRecord<String, byte[]>> all() {
    return TopicRecords.of(TOPIC);
  }
}
