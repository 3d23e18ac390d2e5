package io.tenantry.ingestion.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.ingestion.deadletter.Burial;
import io.tenantry.ingestion.deadletter.DeadLetters;
import io.tenantry.ingestion.deadletter.Reason;
import io.tenantry.ingestion.http.Traces;
import io.tenantry.ingestion.topic.TopicIdentity;
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
 * Delivers one tenant's messages into its database, in order. May be repeated: what is there is not
 * stored again.
 */
@Singleton
final class Delivery {

  private static final int MOST_ROWS = 1000;

  private final TenantDirectory directory;
  private final TenantDatabases databases;
  private final InboxStore inbox;
  private final DeadLetters deadLetters;
  private final ExtractionConfig config;
  private final Traces traces;
  private final Counter delivered;
  private final Counter repeated;

  Delivery(
      TenantDirectory directory,
      TenantDatabases databases,
      InboxStore inbox,
      DeadLetters deadLetters,
      ExtractionConfig config,
      Traces traces,
      MeterRegistry meters) {
    this.traces = traces;
    this.directory = directory;
    this.databases = databases;
    this.inbox = inbox;
    this.deadLetters = deadLetters;
    this.config = config;
    this.delivered = meters.counter("tenantry.ingestion.events.delivered");
    this.repeated = meters.counter("tenantry.ingestion.events.delivered.before");
  }

  /** What became of a tenant's messages. */
  sealed interface Result {}

  /** All are in the database, or dead letters. */
  record Done() implements Result {}

  /**
   * The tenant's database is away.
   *
   * @param offset of the first message that is not delivered
   */
  record Away(long offset, String reason) implements Result {}

  private static final class TenantAway extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TenantAway(@Nullable String reason, Throwable cause) {
      super(reason, cause);
    }
  }

  /** Makes dead letters of messages that are no tenant's. */
  void buryUnowned(TopicIdentity source, List<ConsumerRecord<byte[], byte[]>> messages) {
    bury(source, messages, Reason.MALFORMED, "the key is no tenant id");
  }

  /**
   * Delivers.
   *
   * @param source the topic the messages are on
   * @throws DatabaseUnavailable if the control database is away
   * @throws io.tenantry.kernel.kafka.KafkaUnavailable if a dead letter could not be written
   */
  Result deliver(
      TopicIdentity source, UUID tenantId, List<ConsumerRecord<byte[], byte[]>> messages) {
    Optional<TenantEntry> tenant = directory.find(tenantId);
    Optional<Reason> refusal = refusal(tenant);
    if (refusal.isPresent()) {
      bury(source, messages, refusal.get(), "the event has nowhere to go");
      return new Done();
    }
    int from = 0;
    while (from < messages.size()) {
      int to = endOfStatement(messages, from);
      try {
        deliver(source, tenant.get(), messages.subList(from, to));
      } catch (TenantAway e) {
        return new Away(messages.get(from).offset(), String.valueOf(e.getMessage()));
      }
      from = to;
    }
    return new Done();
  }

  /** Whether events can be stored; a tenant whose events are refused needs no database. */
  boolean isReachable(UUID tenantId) {
    Optional<TenantEntry> tenant = directory.find(tenantId);
    if (refusal(tenant).isPresent()) {
      return true;
    }
    try {
      databases.use(tenant.get(), database -> inbox.store(database, List.of()));
      return true;
    } catch (DatabaseUnavailable | SqlError | TenantDatabases.NoDatabase e) {
      return false;
    }
  }

  private static Optional<Reason> refusal(Optional<TenantEntry> tenant) {
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

  private int endOfStatement(List<ConsumerRecord<byte[], byte[]>> messages, int from) {
    long size = 0;
    int to = from;
    while (to < messages.size() && to - from < MOST_ROWS) {
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
    List<Burial> malformed = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> message : messages) {
      try {
        parsed.add(new Parsed(message, InboxStore.Received.of(message)));
      } catch (InvalidEvent e) {
        malformed.add(new Burial(message, Reason.MALFORMED, String.valueOf(e.getMessage())));
      }
    }
    deadLetters.bury(source, malformed);
    if (!parsed.isEmpty()) {
      traces.continued(
          "deliver",
          tenant.tenantId(),
          parsed.stream().map(each -> each.message().headers()).toList(),
          () -> {
            List<Burial> refused = new ArrayList<>();
            store(tenant, parsed, refused);
            deadLetters.bury(source, refused);
          });
    }
  }

  private record Parsed(ConsumerRecord<byte[], byte[]> message, InboxStore.Received event) {}

  /** Stores what can be stored; the rest is added to the refused ones. */
  private void store(TenantEntry tenant, List<Parsed> messages, List<Burial> refused) {
    try {
      count(messages.size(), attempt(tenant, messages));
    } catch (SqlError e) {
      // One of them, or more, can never be stored: the others can.
      int half = messages.size() / 2;
      if (half == 0) {
        storeAlone(tenant, messages.getFirst()).ifPresent(refused::add);
      } else {
        store(tenant, messages.subList(0, half), refused);
        store(tenant, messages.subList(half, messages.size()), refused);
      }
    }
  }

  private Optional<Burial> storeAlone(TenantEntry tenant, Parsed message) {
    for (int attempt = 1; ; attempt++) {
      try {
        count(1, attempt(tenant, List.of(message)));
        return Optional.empty();
      } catch (SqlError e) {
        if (attempt == config.attempts()) {
          return Optional.of(
              new Burial(
                  message.message(),
                  Reason.REFUSED_BY_DATABASE,
                  "PostgreSQL refused the event %d times, SQLSTATE %s"
                      .formatted(attempt, e.sqlState())));
        }
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(config.attemptDelay());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TenantAway("interrupted", e);
    }
  }

  /**
   * Stores events, or not one of them.
   *
   * @throws SqlError if one of them can never be stored
   * @throws TenantAway if the database cannot be used at the moment, or as it is
   */
  private int attempt(TenantEntry tenant, List<Parsed> messages) {
    List<InboxStore.Received> events = messages.stream().map(Parsed::event).toList();
    try {
      return databases.use(tenant, database -> inbox.store(database, events));
    } catch (SqlError e) {
      if (e.causedByData()) {
        throw e;
      }
      throw new TenantAway("SQLSTATE " + e.sqlState(), e);
    } catch (DatabaseUnavailable e) {
      throw new TenantAway("the database does not answer", e);
    } catch (TenantDatabases.NoDatabase e) {
      throw new TenantAway(e.getMessage(), e);
    }
  }

  private void count(int all, int stored) {
    delivered.increment(stored);
    repeated.increment(all - stored);
  }

  private void bury(
      TopicIdentity source,
      List<ConsumerRecord<byte[], byte[]>> messages,
      Reason reason,
      String cause) {
    deadLetters.bury(
        source, messages.stream().map(message -> new Burial(message, reason, cause)).toList());
  }
}
