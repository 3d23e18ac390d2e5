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

/** Delivers messages: each lane's in order, lanes beside each other. */
@Singleton
final class Deliveries {

  private final Delivery delivery;
  private final DeadLetters deadLetters;
  private final ExecutorService threads;
  private final Semaphore slots;

  Deliveries(
      Delivery delivery,
      DeadLetters deadLetters,
      @VirtualThreads ExecutorService threads,
      ExtractionConfig config) {
    this.delivery = delivery;
    this.deadLetters = deadLetters;
    this.threads = threads;
    this.slots = new Semaphore(config.parallelism());
  }

  /** Messages of tenants, and those that are no tenant's. */
  record Sorted(
      Map<Lane, List<ConsumerRecord<byte[], byte[]>>> lanes,
      List<ConsumerRecord<byte[], byte[]>> unowned) {

    static Sorted of(Iterable<ConsumerRecord<byte[], byte[]>> messages) {
      Sorted sorted = new Sorted(new LinkedHashMap<>(), new ArrayList<>());
      for (ConsumerRecord<byte[], byte[]> message : messages) {
        Optional<UUID> tenant = EventMessage.tenantOf(message.key());
        tenant
            .map(id -> new Lane(message.partition(), id))
            .map(lane -> sorted.lanes().computeIfAbsent(lane, l -> new ArrayList<>()))
            .orElse(sorted.unowned())
            .add(message);
      }
      return sorted;
    }

    /** Without the lanes that are not wanted. */
    Sorted only(Predicate<Lane> wanted) {
      Map<Lane, List<ConsumerRecord<byte[], byte[]>>> some = new LinkedHashMap<>(lanes);
      some.keySet().removeIf(wanted.negate());
      return new Sorted(some, unowned);
    }
  }

  /**
   * Delivers and waits until each tenant's messages are delivered or its database is found away. A
   * message of which it was decided before that it is a dead letter stays one.
   *
   * @param source the topic the messages are on
   * @return the lanes whose tenant's database is away
   * @throws RuntimeException if neither can be said; all of it may then be repeated
   */
  Map<Lane, Delivery.Away> deliver(
      TopicIdentity source, Map<Lane, List<ConsumerRecord<byte[], byte[]>>> messages) {
    Set<Position> dead =
        deadLetters.complete(source, messages.values().stream().flatMap(List::stream).toList());
    Map<Lane, CompletableFuture<Delivery.Result>> running = new HashMap<>();
    messages.forEach(
        (lane, all) -> {
          List<ConsumerRecord<byte[], byte[]>> list =
              all.stream().filter(message -> !dead.contains(Position.of(message))).toList();
          running.put(
              lane,
              CompletableFuture.supplyAsync(() -> inSlot(source, lane.tenant(), list), threads));
        });
    Map<Lane, Delivery.Away> away = new HashMap<>();
    RuntimeException failure = null;
    for (Map.Entry<Lane, CompletableFuture<Delivery.Result>> each : running.entrySet()) {
      try {
        if (each.getValue().join() instanceof Delivery.Away found) {
          away.put(each.getKey(), found);
        }
      } catch (CompletionException e) {
        // All are waited for: what is repeated must not run beside itself.
        failure = e.getCause() instanceof RuntimeException known ? known : e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return away;
  }

  private Delivery.Result inSlot(
      TopicIdentity source, UUID tenant, List<ConsumerRecord<byte[], byte[]>> messages) {
    slots.acquireUninterruptibly();
    try {
      return delivery.deliver(source, tenant, messages);
    } finally {
      slots.release();
    }
  }

  void buryUnowned(TopicIdentity source, List<ConsumerRecord<byte[], byte[]>> messages) {
    delivery.buryUnowned(source, messages);
  }

  /** Those whose database answers; all are asked at once. */
  List<UUID> reachable(List<UUID> tenants) {
    List<CompletableFuture<Optional<UUID>>> asked =
        tenants.stream()
            .map(
                tenant ->
                    CompletableFuture.supplyAsync(
                        () ->
                            delivery.isReachable(tenant)
                                ? Optional.of(tenant)
                                : Optional.<UUID>empty(),
                        threads))
            .toList();
    return asked.stream().flatMap(answer -> answer.join().stream()).toList();
  }
}
