package io.tenantry.ingestion.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.ingestion.deadletter.DeadLetters;
import io.tenantry.ingestion.deadletter.Reason;
import io.tenantry.ingestion.deadletter.RejectedMessage;
import io.tenantry.ingestion.http.Traces;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.ingestion.usage.UsageCounts;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantEntry;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tenant's messages to the inbox table of its database, in order. The call may be
 * repeated: events that are already stored are not stored again.
 */
@Singleton
final class InboxWriter {

  private static final int MAX_ROWS = 1000;

  private final TenantDirectory directory;
  private final TenantDatabases databases;
  private final InboxStore inbox;
  private final DeadLetters deadLetters;
  private final ExtractionConfig config;
  private final Traces traces;
  private final UsageCounts usage;
  private final Counter delivered;
  private final Counter repeated;

  InboxWriter(
      TenantDirectory directory,
      TenantDatabases databases,
      InboxStore inbox,
      DeadLetters deadLetters,
      ExtractionConfig config,
      Traces traces,
      UsageCounts usage,
      MeterRegistry meters) {
    this.traces = traces;
    this.usage = usage;
    this.directory = directory;
    this.databases = databases;
    this.inbox = inbox;
    this.deadLetters = deadLetters;
    this.config = config;
    this.delivered = meters.counter("tenantry.ingestion.events.delivered");
    this.repeated = meters.counter("tenantry.ingestion.events.delivered.before");
  }

  /** The result of delivering a tenant's messages. */
  sealed interface Result {}

  /** All messages are stored, or are dead letters. */
  record Done() implements Result {}

  /**
   * The tenant's database is unavailable.
   *
   * @param offset the offset of the first message that is not delivered
   */
  record Unreachable(long offset, String reason) implements Result {}

  private static final class TenantUnreachable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TenantUnreachable(@Nullable String reason, Throwable cause) {
      super(reason, cause);
    }
  }

  /** Dead-letters messages whose key is not a tenant id. */
  void sendUnownedToDeadLetters(
      TopicIdentity source, List<ConsumerRecord<byte[], byte[]>> messages) {
    sendToDeadLetters(source, messages, Reason.MALFORMED, "the key is not a tenant id");
  }

  /**
   * Delivers messages.
   *
   * @param source the topic of the messages
   * @throws DatabaseUnavailable if the control database is unavailable
   * @throws io.tenantry.kernel.kafka.KafkaUnavailable if a dead letter could not be written
   */
  Result deliver(
      TopicIdentity source, UUID tenantId, List<ConsumerRecord<byte[], byte[]>> messages) {
    Optional<TenantEntry> tenant = directory.find(tenantId);
    Optional<Reason> refusal = findRefusal(tenant);
    if (refusal.isPresent()) {
      sendToDeadLetters(source, messages, refusal.get(), "the tenant does not accept events");
      return new Done();
    }
    int from = 0;
    while (from < messages.size()) {
      int to = findStatementEnd(messages, from);
      try {
        deliver(source, tenant.get(), messages.subList(from, to));
      } catch (TenantUnreachable e) {
        return new Unreachable(messages.get(from).offset(), String.valueOf(e.getMessage()));
      }
      from = to;
    }
    return new Done();
  }

  /**
   * Whether the tenant's events can be handled now. Events that are dead-lettered need no database.
   */
  boolean isReachable(UUID tenantId) {
    Optional<TenantEntry> tenant = directory.find(tenantId);
    if (findRefusal(tenant).isPresent()) {
      return true;
    }
    try {
      databases.use(tenant.get(), database -> inbox.store(database, List.of()));
      return true;
    } catch (DatabaseUnavailable | SqlError | TenantDatabases.NoDatabase e) {
      return false;
    }
  }

  private static Optional<Reason> findRefusal(Optional<TenantEntry> tenant) {
    return tenant
        .map(
            entry ->
                switch (entry.status()) {
                  case SUSPENDED -> Optional.of(Reason.TENANT_SUSPENDED);
                  case DELETING, DELETED -> Optional.of(Reason.TENANT_DELETED);
                  case REGISTERED, PROVISIONING, ROLLING_BACK, ACTIVE -> Optional.<Reason>empty();
                })
        .orElse(Optional.of(Reason.TENANT_UNKNOWN));
  }

  private int findStatementEnd(List<ConsumerRecord<byte[], byte[]>> messages, int from) {
    long size = 0;
    int to = from;
    while (to < messages.size() && to - from < MAX_ROWS) {
      size += Math.max(0, messages.get(to).serializedValueSize());
      if (size > config.statementSize().asLongValue() && to > from) {
        break;
      }
      to++;
    }
    return to;
  }

  private void deliver(
      TopicIdentity source, TenantEntry tenant, List<ConsumerRecord<byte[], byte[]>> messages) {
    List<Parsed> parsed = new ArrayList<>();
    List<RejectedMessage> malformed = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> message : messages) {
      try {
        parsed.add(new Parsed(message, InboxStore.Received.of(message)));
      } catch (InvalidEvent e) {
        malformed.add(
            new RejectedMessage(message, Reason.MALFORMED, String.valueOf(e.getMessage())));
      }
    }
    deadLetters.add(source, malformed);
    if (!parsed.isEmpty()) {
      traces.runInSpans(
          "deliver",
          tenant.tenantId(),
          parsed.stream().map(each -> each.message().headers()).toList(),
          () -> {
            List<RejectedMessage> rejected = new ArrayList<>();
            store(tenant, parsed, rejected);
            deadLetters.add(source, rejected);
          });
    }
  }

  private record Parsed(ConsumerRecord<byte[], byte[]> message, InboxStore.Received event) {}

  /** Stores the messages that can be stored, and adds the others to the rejected ones. */
  private void store(TenantEntry tenant, List<Parsed> messages, List<RejectedMessage> rejected) {
    try {
      count(tenant, messages, tryStore(tenant, messages));
    } catch (SqlError e) {
      // At least one message can never be stored. Halve the batch to find it.
      int half = messages.size() / 2;
      if (half == 0) {
        storeAlone(tenant, messages.getFirst()).ifPresent(rejected::add);
      } else {
        store(tenant, messages.subList(0, half), rejected);
        store(tenant, messages.subList(half, messages.size()), rejected);
      }
    }
  }

  private Optional<RejectedMessage> storeAlone(TenantEntry tenant, Parsed message) {
    for (int attempt = 1; ; attempt++) {
      try {
        count(tenant, List.of(message), tryStore(tenant, List.of(message)));
        return Optional.empty();
      } catch (SqlError e) {
        if (attempt == config.attempts()) {
          return Optional.of(
              new RejectedMessage(
                  message.message(),
                  Reason.REFUSED_BY_DATABASE,
                  "PostgreSQL refused the event %d times, SQLSTATE %s"
                      .formatted(attempt, e.sqlState())));
        }
        waitForNextAttempt();
      }
    }
  }

  private void waitForNextAttempt() {
    try {
      Thread.sleep(config.attemptDelay());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TenantUnreachable("interrupted", e);
    }
  }

  /**
   * Stores all events or none.
   *
   * @throws SqlError if one of them can never be stored
   * @throws TenantUnreachable if the database cannot be used now
   */
  private int tryStore(TenantEntry tenant, List<Parsed> messages) {
    List<InboxStore.Received> events = messages.stream().map(Parsed::event).toList();
    try {
      return databases.use(tenant, database -> inbox.store(database, events));
    } catch (SqlError e) {
      if (e.causedByData()) {
        throw e;
      }
      throw new TenantUnreachable("SQLSTATE " + e.sqlState(), e);
    } catch (DatabaseUnavailable e) {
      throw new TenantUnreachable("the database does not respond", e);
    } catch (TenantDatabases.NoDatabase e) {
      throw new TenantUnreachable(e.getMessage(), e);
    }
  }

  /** Which events of a batch were stored before is not known, so their bytes are an average. */
  private void count(TenantEntry tenant, List<Parsed> messages, int stored) {
    int all = messages.size();
    delivered.increment(stored);
    repeated.increment(all - stored);
    long bytes = messages.stream().mapToLong(each -> each.event().event().data().length).sum();
    usage.delivered(tenant.tenantId(), stored, all == 0 ? 0 : bytes * stored / all);
  }

  private void sendToDeadLetters(
      TopicIdentity source,
      List<ConsumerRecord<byte[], byte[]>> messages,
      Reason reason,
      String cause) {
    deadLetters.add(
        source,
        messages.stream().map(message -> new RejectedMessage(message, reason, cause)).toList());
  }
}
