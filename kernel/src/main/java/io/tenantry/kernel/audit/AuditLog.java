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
 * The audit log of all services, {@code control_plane.audit_log}. Rows can only be added;
 * PostgreSQL itself refuses to change them, and lets only those be deleted that are past their
 * retention.
 */
@Singleton
public class AuditLog implements AuditSink {

  private static final Logger LOG = Logger.getLogger(AuditLog.class);

  /** Different entries that wait to be written; what comes beyond is counted, not described. */
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
   * Writes an entry and waits until it is stored, for what may not happen unseen.
   *
   * @throws DatabaseUnavailable if it cannot be stored now
   */
  public void append(AuditEntry entry) {
    append(database, entry);
  }

  /** Writes an entry in the caller's transaction: it stands or falls with what it tells of. */
  public void append(Sql transaction, AuditEntry entry) {
    write(transaction, List.of(new Waiting(entry, clock.instant(), 1)));
  }

  /**
   * Has an entry written soon, without waiting, also from the event loop. Entries alike that come
   * together are one row that says how many: a flood of wrong keys is no flood of rows.
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
        LOG.warnf("%d audit entries wait for the control database: %s", batch.size(), e);
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

  /** An array as PostgreSQL writes it; arrays of arrays must be of one length. */
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

  /** An entry on its way, since when, and how often. */
  private record Waiting(AuditEntry entry, Instant at, long count) {

    Waiting and(Waiting other) {
      return new Waiting(entry, at, count + other.count);
    }
  }
}
