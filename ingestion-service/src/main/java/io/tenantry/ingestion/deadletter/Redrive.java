package io.tenantry.ingestion.deadletter;

import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.kernel.runtime.Maps;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Redrives dead letters: sends them to the topic of events again. Each message carries its number
 * of redrives; after too many it is parked, so that no message circulates forever.
 */
@Singleton
final class Redrive {

  /** Maximum number of messages in memory; each may have some megabytes. */
  private static final int BATCH_SIZE = 32;

  private final DeadLetterStore store;
  private final DeadLetterTopic topic;
  private final DeadLetterProducer producer;
  private final String events;

  Redrive(
      DeadLetterStore store,
      DeadLetterTopic topic,
      DeadLetterProducer producer,
      ManagedTopics topics) {
    this.store = store;
    this.topic = topic;
    this.producer = producer;
    this.events = topics.events().name();
  }

  /**
   * Redrives the dead letters that the request selects.
   *
   * @param onlyTenant restricts the selection to this tenant; empty for all tenants
   * @param actor who requested it
   * @param onTenants receives the tenants of the selected dead letters, before any is sent
   */
  Redriven run(
      RedriveRequest request,
      Optional<UUID> onlyTenant,
      String actor,
      Consumer<Set<UUID>> onTenants) {
    int limit = request.limitOrDefault();
    List<DeadLetter> matched = store.select(request.filter(onlyTenant), 0, limit + 1);
    boolean more = matched.size() > limit;
    List<DeadLetter> chosen = more ? matched.subList(0, limit) : matched;
    onTenants.accept(
        chosen.stream()
            .flatMap(deadLetter -> deadLetter.tenantId().stream())
            .collect(Collectors.toUnmodifiableSet()));
    List<DeadLetter> permitted = chosen.stream().filter(request::permits).toList();
    List<DeadLetter> own = permitted.stream().filter(this::isOwn).toList();
    int sendable = 0;
    int gone = 0;
    for (int from = 0; from < own.size(); from += BATCH_SIZE) {
      List<DeadLetter> some = own.subList(from, Math.min(own.size(), from + BATCH_SIZE));
      Map<Long, ConsumerRecord<byte[], byte[]>> messages = topic.read(some);
      messages
          .values()
          .removeIf(message -> message.headers().lastHeader(DeadLetterHeaders.TRUNCATED) != null);
      List<DeadLetter> ready =
          some.stream().filter(deadLetter -> hasKey(messages.get(deadLetter.id()))).toList();
      if (!request.isDryRun()) {
        send(ready, messages, actor);
      }
      sendable += ready.size();
      gone += some.size() - messages.size();
    }
    return new Redriven(
        request.isDryRun(),
        chosen.size(),
        sendable,
        chosen.size() - permitted.size(),
        permitted.size() - sendable - gone,
        gone,
        more);
  }

  private static boolean hasKey(@Nullable ConsumerRecord<byte[], byte[]> message) {
    return message != null && message.key() != null;
  }

  private void send(
      List<DeadLetter> deadLetters,
      Map<Long, ConsumerRecord<byte[], byte[]>> messages,
      String actor) {
    if (!deadLetters.isEmpty()) {
      producer.resend(
          deadLetters.stream()
              .map(deadLetter -> toMessage(Maps.require(messages, deadLetter.id()), deadLetter))
              .toList());
      // Record after sending: after a crash in between, messages are sent twice but stored once.
      store.recordAction(deadLetters.stream().map(DeadLetter::id).toList(), Status.REDRIVEN, actor);
    }
  }

  /** A dead letter without an original topic counts as one of this service's topic of events. */
  private boolean isOwn(DeadLetter deadLetter) {
    return deadLetter.originalTopic().map(events::equals).orElse(true);
  }

  private static DeadLetterProducer.Message toMessage(
      ConsumerRecord<byte[], byte[]> message, DeadLetter deadLetter) {
    Headers headers = new RecordHeaders();
    message
        .headers()
        .forEach(
            header -> {
              if (!Origin.isDeadLetterHeader(header.key())) {
                headers.add(header);
              }
            });
    headers.add(
        DeadLetterHeaders.REDRIVES,
        Integer.toString(deadLetter.redrives() + 1).getBytes(StandardCharsets.US_ASCII));
    return new DeadLetterProducer.Message(message, headers);
  }
}
