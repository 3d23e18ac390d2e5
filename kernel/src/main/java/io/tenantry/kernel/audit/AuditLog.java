package io.tenantry.kernel.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.runtime.ShutdownOrder;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The audit log of all services, {@code control_plane.audit_log}. It is append-only: PostgreSQL
 * refuses to update rows, and to delete rows that are younger than the retention.
 */
@Singleton
public class AuditLog implements AuditSink {

  private static final Logger LOG = Logger.getLogger(AuditLog.class);

  /** The limit of different buffered entries; further ones are only counted. */
  private static final int MOST_WAITING = 10_000;

  private static final int BATCH = 500;

  private final Database database;
  private final ObjectMapper mapper;
  private final Clock clock;
  private final String service;
  private final Map<AuditEntry, Waiting> waiting = new LinkedHashMap<>();

  AuditLog(
      Database database,
      ObjectMapper mapper,
      Clock clock,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.database = database;
    this.mapper = mapper;
    this.clock = clock;
    this.service = service;
  }

  /**
   * Writes an entry and waits until it is stored, for actions that must not go unrecorded.
   *
   * @throws DatabaseUnavailable if it cannot be stored now
   */
  public void append(AuditEntry entry) {
    append(database, entry);
  }

  /** Writes an entry in the caller's transaction, so that both are committed or neither is. */
  public void append(Sql transaction, AuditEntry entry) {
    write(transaction, List.of(new Waiting(entry, clock.instant(), 1)));
  }

  /**
   * Buffers an entry, which is written soon; may be called on the event loop. Equal entries are
   * written as one row with their count, so that a flood of wrong keys does not flood the table.
   */
  public void submit(AuditEntry entry) {
    submit(entry, clock.instant(), 1);
  }

  @Override
  public void submit(AuditEntry entry, Instant at, long count) {
    synchronized (waiting) {
      AuditEntry key =
          waiting.size() < MOST_WAITING || waiting.containsKey(entry) ? entry : uncounted(entry);
      waiting.merge(key, new Waiting(key, at, count), Waiting::and);
    }
  }

  private static AuditEntry uncounted(AuditEntry entry) {
    return new AuditEntry(
        AuditEntry.UNKNOWN,
        "too many to tell",
        Optional.empty(),
        Optional.empty(),
        entry.outcome(),
        Optional.empty(),
        Map.of());
  }

  @Scheduled(
      every = "${tenantry.audit.interval:1s}",
      delayed = "1s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void flush() {
    List<Waiting> entries;
    synchronized (waiting) {
      entries = new ArrayList<>(waiting.values());
      waiting.clear();
    }
    for (int from = 0; from < entries.size(); from += BATCH) {
      List<Waiting> batch = entries.subList(from, Math.min(from + BATCH, entries.size()));
      try {
        write(database, batch);
      } catch (DatabaseUnavailable | SqlError e) {
        LOG.warnf(
            "control database unavailable; audit entries are kept and retried count=%d: %s",
            batch.size(), e);
        putBack(batch);
      }
    }
  }

  private void putBack(List<Waiting> entries) {
    synchronized (waiting) {
      entries.forEach(entry -> waiting.merge(entry.entry(), entry, Waiting::and));
    }
  }

  void stop(@Observes @Priority(ShutdownOrder.RESOURCES) ShutdownEvent stopping) {
    flush();
  }

  private void write(Sql sql, List<Waiting> entries) {
    sql.send(
        "SELECT control_plane.append_audit_entries($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        service,
        entries.stream()
            .map(entry -> entry.at().atOffset(ZoneOffset.UTC))
            .toArray(OffsetDateTime[]::new),
        texts(entries, entry -> entry.entry().actor()),
        texts(entries, entry -> entry.entry().action()),
        entries.stream().map(entry -> only(entry.entry().tenants())).toArray(UUID[]::new),
        texts(entries, entry -> several(entry.entry().tenants())),
        texts(entries, entry -> entry.entry().source().orElse(null)),
        texts(entries, entry -> entry.entry().outcome().toString()),
        texts(entries, entry -> entry.entry().code().orElse(null)),
        texts(entries, this::details));
  }

  private static @Nullable UUID only(Set<UUID> tenants) {
    return tenants.size() == 1 ? tenants.iterator().next() : null;
  }

  /**
   * Several tenants as a PostgreSQL array literal: the elements of a nested array must have equal
   * lengths.
   */
  private static @Nullable String several(Set<UUID> tenants) {
    return tenants.size() > 1
        ? tenants.stream().map(UUID::toString).sorted().collect(Collectors.joining(",", "{", "}"))
        : null;
  }

  private static @Nullable String[] texts(
      List<Waiting> entries, Function<Waiting, @Nullable String> column) {
    return entries.stream().map(column).toArray(String[]::new);
  }

  private String details(Waiting entry) {
    Map<String, String> details = new TreeMap<>(entry.entry().details());
    int tenants = entry.entry().tenants().size();
    if (tenants > 1) {
      details.put("tenants", Integer.toString(tenants));
    }
    if (entry.count() > 1) {
      details.put("count", Long.toString(entry.count()));
    }
    try {
      return mapper.writeValueAsString(details);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A buffered entry, when it happened first, and how often. */
  private record Waiting(AuditEntry entry, Instant at, long count) {

    Waiting and(Waiting other) {
      return new Waiting(entry, at, count + other.count);
    }
  }
}
