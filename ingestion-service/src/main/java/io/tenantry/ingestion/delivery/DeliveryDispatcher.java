package io.tenantry.ingestion.delivery;

import io.quarkus.virtual.threads.VirtualThreads;
import io.tenantry.ingestion.deadletter.DeadLetters;
import io.tenantry.ingestion.deadletter.Position;
import io.tenantry.ingestion.event.EventMessage;
import io.tenantry.ingestion.topic.TopicIdentity;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Delivers messages of many tenants: in order for each tenant and partition, in parallel across
 * them.
 */
@Singleton
final class DeliveryDispatcher {

  private final InboxWriter writer;
  private final DeadLetters deadLetters;
  private final ExecutorService threads;
  private final Semaphore slots;

  DeliveryDispatcher(
      InboxWriter writer,
      DeadLetters deadLetters,
      @VirtualThreads ExecutorService threads,
      ExtractionConfig config) {
    this.writer = writer;
    this.deadLetters = deadLetters;
    this.threads = threads;
    this.slots = new Semaphore(config.parallelism());
  }

  /** Messages grouped by tenant and partition, and those whose key is not a tenant id. */
  record MessagesByTenant(
      Map<TenantPartition, List<ConsumerRecord<byte[], byte[]>>> owned,
      List<ConsumerRecord<byte[], byte[]>> unowned) {

    static MessagesByTenant of(Iterable<ConsumerRecord<byte[], byte[]>> messages) {
      MessagesByTenant grouped = new MessagesByTenant(new LinkedHashMap<>(), new ArrayList<>());
      for (ConsumerRecord<byte[], byte[]> message : messages) {
        Optional<UUID> tenant = EventMessage.tenantOf(message.key());
        tenant
            .map(id -> new TenantPartition(message.partition(), id))
            .map(target -> grouped.owned().computeIfAbsent(target, l -> new ArrayList<>()))
            .orElse(grouped.unowned())
            .add(message);
      }
      return grouped;
    }

    /** Keeps the messages of the selected tenants and partitions, and all without a tenant. */
    MessagesByTenant only(Predicate<TenantPartition> wanted) {
      Map<TenantPartition, List<ConsumerRecord<byte[], byte[]>>> some = new LinkedHashMap<>(owned);
      some.keySet().removeIf(wanted.negate());
      return new MessagesByTenant(some, unowned);
    }
  }

  /**
   * Delivers messages and waits until each tenant's messages are delivered or its database is found
   * unavailable. A message that was decided to be a dead letter before is not delivered.
   *
   * @param source the topic of the messages
   * @return the tenants and partitions whose database is unavailable
   * @throws RuntimeException if delivery failed for another reason; the call may be repeated
   */
  Map<TenantPartition, InboxWriter.Unreachable> deliver(
      TopicIdentity source, Map<TenantPartition, List<ConsumerRecord<byte[], byte[]>>> messages) {
    Set<Position> deadLettered =
        deadLetters.complete(source, messages.values().stream().flatMap(List::stream).toList());
    Map<TenantPartition, CompletableFuture<InboxWriter.Result>> running = new HashMap<>();
    messages.forEach(
        (target, all) -> {
          List<ConsumerRecord<byte[], byte[]>> list =
              all.stream().filter(message -> !deadLettered.contains(Position.of(message))).toList();
          running.put(
              target,
              CompletableFuture.supplyAsync(
                  () -> deliverInSlot(source, target.tenant(), list), threads));
        });
    Map<TenantPartition, InboxWriter.Unreachable> unreachable = new HashMap<>();
    RuntimeException failure = null;
    for (Map.Entry<TenantPartition, CompletableFuture<InboxWriter.Result>> each :
        running.entrySet()) {
      try {
        if (each.getValue().join() instanceof InboxWriter.Unreachable found) {
          unreachable.put(each.getKey(), found);
        }
      } catch (CompletionException e) {
        // Wait for all of them: a retry must not run in parallel with the first attempt.
        failure = e.getCause() instanceof RuntimeException known ? known : e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return unreachable;
  }

  private InboxWriter.Result deliverInSlot(
      TopicIdentity source, UUID tenant, List<ConsumerRecord<byte[], byte[]>> messages) {
    slots.acquireUninterruptibly();
    try {
      return writer.deliver(source, tenant, messages);
    } finally {
      slots.release();
    }
  }

  void sendUnownedToDeadLetters(
      TopicIdentity source, List<ConsumerRecord<byte[], byte[]>> messages) {
    writer.sendUnownedToDeadLetters(source, messages);
  }

  /** The tenants whose database is reachable; all are checked in parallel. */
  List<UUID> findReachable(List<UUID> tenants) {
    List<CompletableFuture<Optional<UUID>>> checks =
        tenants.stream()
            .map(
                tenant ->
                    CompletableFuture.supplyAsync(
                        () ->
                            writer.isReachable(tenant)
                                ? Optional.of(tenant)
                                : Optional.<UUID>empty(),
                        threads))
            .toList();
    return checks.stream().flatMap(check -> check.join().stream()).toList();
  }
}
