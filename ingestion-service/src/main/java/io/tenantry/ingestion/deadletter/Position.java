package io.tenantry.ingestion.deadletter;

import java.util.Comparator;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where a message is on a topic. */
public record Position(int partition, long offset) implements Comparable<Position> {

  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::partition).thenComparingLong(Position::offset);

  /** Of a message that was read. */
  public static Position of(ConsumerRecord<byte[], byte[]> message) {
    return new Position(message.partition(), message.offset());
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}
