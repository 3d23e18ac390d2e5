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
 * Makes dead letters of messages, each message once, although it may be read again after any
 * failure: first it is decided and stored that the message is a dead letter, then the dead letter
 * is written, then it is stored that it is. Between the last two a dead letter may be there without
 * a note of it, so it is searched before it is written again.
 */
@Singleton
public final class DeadLetters {

  private static final Logger LOG = Logger.getLogger(DeadLetters.class);

  /** Each holds a connection to the control database while Kafka is waited for. */
  private static final int CONCURRENT_WRITES = 4;

  private final DecisionStore decisions;
  private final DeadLetterTopic topic;
  private final DeadLetterProducer producer;
  private final Clock clock;
  private final MeterRegistry meters;
  private final Semaphore writes = new Semaphore(CONCURRENT_WRITES);

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
   * Makes dead letters of messages and waits until the brokers have them. Of a message of which
   * that was decided before, the former reason counts.
   *
   * @param source the topic that the messages are on
   * @throws io.tenantry.kernel.db.DatabaseUnavailable if the control database does not answer
   * @throws io.tenantry.kernel.kafka.KafkaUnavailable if the brokers do not acknowledge one
   */
  public void bury(TopicIdentity source, List<Burial> burials) {
    if (burials.isEmpty()) {
      return;
    }
    // Kafka's times have no more digits.
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Set<Position> fresh =
        decisions.add(
            source,
            burials.stream()
                .collect(
                    Collectors.toMap(
                        burial -> Position.of(burial.message()),
                        burial -> new Decision(burial.reason(), burial.cause(), now))));
    write(source, burials.stream().map(Burial::message).toList(), fresh);
  }

  /**
   * Completes those of these messages of which it was decided before that they are dead letters.
   *
   * @return where they are; perhaps more, of other messages
   * @throws io.tenantry.kernel.db.DatabaseUnavailable if the control database does not answer
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
      TopicIdentity source, List<ConsumerRecord<byte[], byte[]>> messages, Set<Position> fresh) {
    Map<Position, ConsumerRecord<byte[], byte[]>> byPosition =
        messages.stream().collect(Collectors.toMap(Position::of, Function.identity()));
    writes.acquireUninterruptibly();
    try {
      decisions.write(
          source, byPosition.keySet(), unwritten -> write(source, byPosition, unwritten, fresh));
    } finally {
      writes.release();
    }
  }

  private void write(
      TopicIdentity source,
      Map<Position, ConsumerRecord<byte[], byte[]>> messages,
      Map<Position, Decision> unwritten,
      Set<Position> fresh) {
    Set<Position> there =
        unwritten.entrySet().stream()
            .filter(entry -> !fresh.contains(entry.getKey()))
            .map(entry -> entry.getValue().at())
            .min(Instant::compareTo)
            .map(since -> topic.originsSince(since, source))
            .orElse(Set.of());
    List<DeadLetterProducer.DeadMessage> dead = new ArrayList<>();
    unwritten.forEach(
        (position, decision) -> {
          if (!there.contains(position)) {
            dead.add(
                new DeadLetterProducer.DeadMessage(Maps.require(messages, position), decision));
          }
        });
    producer.bury(source, dead);
    for (DeadLetterProducer.DeadMessage each : dead) {
      counter(each.decision().reason()).increment();
      LOG.warnf(
          "partition=%d offset=%d is a dead letter: reason=%s",
          each.message().partition(), each.message().offset(), each.decision().reason());
    }
  }

  private Counter counter(Reason reason) {
    return meters.counter("tenantry.ingestion.events.dead", "reason", reason.toString());
  }
}
