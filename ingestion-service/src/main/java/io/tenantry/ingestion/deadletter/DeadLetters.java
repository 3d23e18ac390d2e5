package io.tenantry.ingestion.deadletter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.ingestion.deadletter.DecisionStore.Decision;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.runtime.Maps;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Dead-letters messages, each exactly once, although a message may be read again after any failure.
 * First the decision is stored, then the dead letter is written, then the decision is marked as
 * written. After a failure between the last two steps, the dead letter topic is searched before the
 * dead letter is written again.
 */
@Singleton
public final class DeadLetters {

  private static final Logger LOG = Logger.getLogger(DeadLetters.class);

  /** Each write holds a connection to the control database while it waits for Kafka. */
  private static final int MAX_CONCURRENT_WRITES = 4;

  private final DecisionStore decisions;
  private final DeadLetterTopic topic;
  private final DeadLetterProducer producer;
  private final Clock clock;
  private final MeterRegistry meters;
  private final Semaphore writes = new Semaphore(MAX_CONCURRENT_WRITES);

  DeadLetters(
      DecisionStore decisions,
      DeadLetterTopic topic,
      DeadLetterProducer producer,
      Clock clock,
      MeterRegistry meters) {
    this.decisions = decisions;
    this.topic = topic;
    this.producer = producer;
    this.clock = clock;
    this.meters = meters;
    for (Reason reason : Reason.values()) {
      counter(reason);
    }
  }

  /**
   * Dead-letters messages and waits for the brokers' acknowledgement. If this was decided for a
   * message before, the earlier reason is kept.
   *
   * @param source the topic of the messages
   * @throws io.tenantry.kernel.db.DatabaseUnavailable if the control database does not respond
   * @throws io.tenantry.kernel.kafka.KafkaUnavailable if the brokers do not acknowledge one
   */
  public void add(TopicIdentity source, List<RejectedMessage> rejected) {
    if (rejected.isEmpty()) {
      return;
    }
    // Kafka's timestamps have millisecond precision.
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Set<Position> newlyDecided =
        decisions.add(
            source,
            rejected.stream()
                .collect(
                    Collectors.toMap(
                        message -> Position.of(message.message()),
                        message -> new Decision(message.reason(), message.cause(), now))));
    write(source, rejected.stream().map(RejectedMessage::message).toList(), newlyDecided);
  }

  /**
   * Writes the dead letters of messages that were decided to be dead letters before, unless they
   * are written already.
   *
   * @return the positions of decided messages; may contain positions of other messages
   * @throws io.tenantry.kernel.db.DatabaseUnavailable if the control database does not respond
   * @throws io.tenantry.kernel.kafka.KafkaUnavailable if the brokers do not acknowledge one
   */
  public Set<Position> complete(
      TopicIdentity source, Collection<ConsumerRecord<byte[], byte[]>> messages) {
    if (messages.isEmpty()) {
      return Set.of();
    }
    Set<Position> decided = decisions.decided(source, messages.stream().map(Position::of).toList());
    List<ConsumerRecord<byte[], byte[]>> dead =
        messages.stream().filter(message -> decided.contains(Position.of(message))).toList();
    if (!dead.isEmpty()) {
      write(source, dead, Set.of());
    }
    return decided;
  }

  private void write(
      TopicIdentity source,
      List<ConsumerRecord<byte[], byte[]>> messages,
      Set<Position> newlyDecided) {
    Map<Position, ConsumerRecord<byte[], byte[]>> byPosition =
        messages.stream().collect(Collectors.toMap(Position::of, Function.identity()));
    writes.acquireUninterruptibly();
    try {
      decisions.write(
          source,
          byPosition.keySet(),
          unwritten -> write(source, byPosition, unwritten, newlyDecided));
    } finally {
      writes.release();
    }
  }

  private void write(
      TopicIdentity source,
      Map<Position, ConsumerRecord<byte[], byte[]>> messages,
      Map<Position, Decision> unwritten,
      Set<Position> newlyDecided) {
    Set<Position> existing =
        unwritten.entrySet().stream()
            .filter(entry -> !newlyDecided.contains(entry.getKey()))
            .map(entry -> entry.getValue().at())
            .min(Instant::compareTo)
            .map(since -> topic.originsSince(since, source))
            .orElse(Set.of());
    List<DeadLetterProducer.DeadMessage> dead = new ArrayList<>();
    unwritten.forEach(
        (position, decision) -> {
          if (!existing.contains(position)) {
            dead.add(
                new DeadLetterProducer.DeadMessage(Maps.require(messages, position), decision));
          }
        });
    producer.send(source, dead);
    for (DeadLetterProducer.DeadMessage each : dead) {
      counter(each.decision().reason()).increment();
      LOG.warnf(
          "message dead-lettered partition=%d offset=%d reason=%s",
          each.message().partition(), each.message().offset(), each.decision().reason());
    }
  }

  private Counter counter(Reason reason) {
    return meters.counter("tenantry.ingestion.events.dead", "reason", reason.toString());
  }
}
