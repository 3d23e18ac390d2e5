package io.tenantry.ingestion.extraction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.ingestion.deadletter.DeadLetterProducer;
import io.tenantry.ingestion.deadletter.Reason;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.event.EventMessage;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.trace.Traces;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Delivers one tenant's messages into its database, in order. May be repeated: what is there is not
 * stored again.
 */
@Singleton
final class Delivery {

  private static final Logger LOG = Logger.getLogger(Delivery.class);
  private static final int MOST_ROWS = 1000;

  private final TenantDirectory directory;
  private final TenantDatabases databases;
  private final InboxStore inbox;
  private final DeadLetterProducer deadLetters;
  private final ExtractionConfig config;
  private final Traces traces;
  private final MeterRegistry meters;
  private final Counter delivered;
  private final Counter repeated;

  Delivery(
      TenantDirectory directory,
      TenantDatabases databases,
      InboxStore inbox,
      DeadLetterProducer deadLetters,
      ExtractionConfig config,
      Traces traces,
      MeterRegistry meters) {
    this.traces = traces;
    this.directory = directory;
    this.databases = databases;
    this.inbox = inbox;
    this.deadLetters = deadLetters;
    this.config = config;
    this.meters = meters;
    for (Reason reason : Reason.values()) {
      dead(reason);
    }
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

    TenantAway(String reason, Throwable cause) {
      super(reason, cause);
    }
  }

  /** Makes dead letters of messages that are no tenant's. */
  void buryUnowned(List<ConsumerRecord<byte[], byte[]>> messages) {
    messages.forEach(message -> bury(message, Reason.MALFORMED, "the key is no tenant id"));
  }

  /**
   * Delivers.
   *
   * @throws DatabaseUnavailable if the control database is away
   * @throws io.tenantry.kernel.event.KafkaUnavailable if a dead letter could not be written
   */
  Result deliver(UUID tenantId, List<ConsumerRecord<byte[], byte[]>> messages) {
    Optional<TenantEntry> tenant = directory.find(tenantId);
    Optional<Reason> refusal = refusal(tenant);
    if (refusal.isPresent()) {
      messages.forEach(message -> bury(message, refusal.get(), "the event has nowhere to go"));
      return new Done();
    }
    int from = 0;
    while (from < messages.size()) {
      int to = endOfStatement(messages, from);
      try {
        deliver(tenant.get(), messages.subList(from, to));
      } catch (TenantAway e) {
        return new Away(messages.get(from).offset(), e.getMessage());
      }
      from = to;
    }
    return new Done();
  }

  /** Whether the tenant's database answers; a tenant whose events are refused needs none. */
  boolean isReachable(UUID tenantId) {
    Optional<TenantEntry> tenant = directory.find(tenantId);
    if (refusal(tenant).isPresent()) {
      return true;
    }
    try {
      databases.use(tenant.get(), database -> database.run("SELECT FROM inbox_events LIMIT 0"));
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

  private void deliver(TenantEntry tenant, List<ConsumerRecord<byte[], byte[]>> messages) {
    List<InboxStore.Received> events = new ArrayList<>();
    List<ConsumerRecord<byte[], byte[]>> sources = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> message : messages) {
      try {
        events.add(read(message));
        sources.add(message);
      } catch (InvalidEvent e) {
        bury(message, Reason.MALFORMED, e.getMessage());
      }
    }
    if (!events.isEmpty()) {
      traces.continued(
          "deliver",
          tenant.tenantId(),
          sources.stream().map(ConsumerRecord::headers).toList(),
          () -> store(tenant, events, sources));
    }
  }

  private static InboxStore.Received read(ConsumerRecord<byte[], byte[]> message) {
    Event event = EventMessage.read(message);
    try {
      event.time().ifPresent(OffsetDateTime::parse);
    } catch (DateTimeException e) {
      throw new InvalidEvent("the header ce_time is no time as in RFC 3339");
    }
    return new InboxStore.Received(event, Instant.ofEpochMilli(message.timestamp()));
  }

  private void store(
      TenantEntry tenant,
      List<InboxStore.Received> events,
      List<ConsumerRecord<byte[], byte[]>> sources) {
    try {
      count(events.size(), attempt(tenant, events));
    } catch (SqlError e) {
      // One of them, or more, can never be stored: the others can.
      for (int i = 0; i < events.size(); i++) {
        storeAlone(tenant, events.get(i), sources.get(i));
      }
    }
  }

  private void storeAlone(
      TenantEntry tenant, InboxStore.Received event, ConsumerRecord<byte[], byte[]> source) {
    for (int attempt = 1; ; attempt++) {
      try {
        count(1, attempt(tenant, List.of(event)));
        return;
      } catch (SqlError e) {
        if (attempt == config.attempts()) {
          bury(
              source,
              Reason.REFUSED_BY_DATABASE,
              "PostgreSQL refused the event %d times, SQLSTATE %s"
                  .formatted(attempt, e.sqlState()));
          return;
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
   * @throws TenantAway if the database cannot be used
   */
  private int attempt(TenantEntry tenant, List<InboxStore.Received> events) {
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

  private void bury(ConsumerRecord<byte[], byte[]> message, Reason reason, String cause) {
    deadLetters.bury(message, reason, cause);
    dead(reason).increment();
    LOG.warnf(
        "partition=%d offset=%d is a dead letter: reason=%s",
        message.partition(), message.offset(), reason);
  }

  private Counter dead(Reason reason) {
    return meters.counter("tenantry.ingestion.events.dead", "reason", reason.toString());
  }
}
