package io.tenantry.ingestion.deadletter;

import java.util.Comparator;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The position of a message on a topic. */
public record Position(int partition, long offset) implements Comparable<Position> {

  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::partition).thenComparingLong(Position::offset);

  /** The position of a message that was read. */
  public static Position of(ConsumerRecord<byte[], byte[]> message) {
    return new Position(message.partition(), message.offset());
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}
