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
 * Sends dead letters to the topic of events again. Each carries how often that was done; one that
 * dies again and again is parked, so that nothing goes round for ever.
 */
@Singleton
final class Redrive {

  /** Messages in memory at a time; each may have some megabytes. */
  private static final int AT_ONCE = 32;

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
   * Sends again what the request means.
   *
   * @param onlyTenant whose dead letters alone; empty for all tenants'
   * @param actor who asks for it
   * @param concerned is given the tenants whose dead letters these are, before anything is sent
   */
  Redriven run(
      RedriveRequest request,
      Optional<UUID> onlyTenant,
      String actor,
      Consumer<Set<UUID>> concerned) {
    int limit = request.limitOrDefault();
    List<DeadLetter> matched = store.select(request.filter(onlyTenant), 0, limit + 1);
    boolean more = matched.size() > limit;
    List<DeadLetter> chosen = more ? matched.subList(0, limit) : matched;
    concerned.accept(
        chosen.stream()
            .flatMap(letter -> letter.tenantId().stream())
            .collect(Collectors.toUnmodifiableSet()));
    List<DeadLetter> permitted = chosen.stream().filter(request::permits).toList();
    List<DeadLetter> own = permitted.stream().filter(this::isOwn).toList();
    int sendable = 0;
    int gone = 0;
    for (int from = 0; from < own.size(); from += AT_ONCE) {
      List<DeadLetter> some = own.subList(from, Math.min(own.size(), from + AT_ONCE));
      Map<Long, ConsumerRecord<byte[], byte[]>> messages = topic.read(some);
      messages
          .values()
          .removeIf(message -> message.headers().lastHeader(DeadLetterHeaders.TRUNCATED) != null);
      List<DeadLetter> ready =
          some.stream().filter(letter -> hasKey(messages.get(letter.id()))).toList();
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
      List<DeadLetter> letters, Map<Long, ConsumerRecord<byte[], byte[]>> messages, String actor) {
    if (!letters.isEmpty()) {
      producer.resend(
          letters.stream()
              .map(letter -> again(Maps.require(messages, letter.id()), letter))
              .toList());
      // Sent, and only then noted: who dies in between sends some twice, and they are stored once.
      store.note(letters.stream().map(DeadLetter::id).toList(), Status.REDRIVEN, actor);
    }
  }

  /** Who does not say where it comes from has been put here for this topic. */
  private boolean isOwn(DeadLetter letter) {
    return letter.originalTopic().map(events::equals).orElse(true);
  }

  private static DeadLetterProducer.Message again(
      ConsumerRecord<byte[], byte[]> message, DeadLetter letter) {
    Headers headers = new RecordHeaders();
    message
        .headers()
        .forEach(
            header -> {
              if (!Origin.tells(header.key())) {
                headers.add(header);
              }
            });
    headers.add(
        DeadLetterHeaders.REDRIVES,
        Integer.toString(letter.redrives() + 1).getBytes(StandardCharsets.US_ASCII));
    return new DeadLetterProducer.Message(message, headers);
  }
}
