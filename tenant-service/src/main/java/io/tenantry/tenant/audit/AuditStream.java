package io.tenantry.tenant.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.event.CloudEventHeaders;
import io.tenantry.kernel.kafka.TopicSpec;
import io.tenantry.kernel.messaging.Relay;
import io.tenantry.kernel.messaging.Relays;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Publishes every entry of the audit log, of all services, to the topic {@code tenantry.audit}, for
 * a SIEM. The message key is the tenant of an entry, or its actor if it concerns none or several,
 * and each key's entries keep their order. It has a relay of its own: what is wrong with this topic
 * delays no event of tenants.
 */
@Singleton
public class AuditStream implements Relay.Source {

  private static final Logger LOG = Logger.getLogger(AuditStream.class);

  /** 390 KB; Kafka's default limit of a message is 1 MB. */
  private static final int MAX_TENANTS = 10_000;

  private static final String TYPE = "io.tenantry.audit.recorded.v1";

  private final AuditStore store;
  private final ObjectMapper mapper;
  private final AuditStreamConfig config;
  private final Relay relay;
  private final AtomicLong delay;

  AuditStream(
      AuditStore store,
      ObjectMapper mapper,
      AuditStreamConfig config,
      Relays relays,
      MeterRegistry metrics) {
    this.store = store;
    this.mapper = mapper;
    this.config = config;
    this.relay = relays.create("audit stream", this);
    this.delay = metrics.gauge("tenantry.audit.stream.delay.seconds", new AtomicLong());
  }

  void start(@Observes StartupEvent started) {
    if (config.enabled()) {
      relay.start();
    }
  }

  void stop(@Observes ShutdownEvent stopped) {
    relay.stop();
  }

  @Override
  public String lock() {
    return "'audit stream'";
  }

  @Override
  public List<Relay.Message> read(Sql transaction, int limit) {
    return store.unpublished(transaction, limit).stream().map(this::message).toList();
  }

  @Override
  public void remove(Sql transaction, Long[] positions) {
    store.published(transaction, positions);
  }

  /** The entry as a message; the data is that of an item of {@code GET /api/v1/audit}. */
  private Relay.Message message(AuditStore.Unpublished unpublished) {
    AuditRecord entry = shortened(unpublished.entry());
    String key = entry.tenantId().map(UUID::toString).orElse(entry.actor());
    return new Relay.Message(
        entry.position(),
        CloudEventHeaders.message(
            TopicSpec.AUDIT.name(),
            key,
            new CloudEventHeaders.Attributes(
                unpublished.eventId(),
                "/tenantry/" + entry.service(),
                TYPE,
                key,
                entry.occurredAt()),
            json(entry)));
  }

  /** An entry of more tenants than a message has room for has their number instead. */
  private AuditRecord shortened(AuditRecord entry) {
    if (entry.tenantIds().size() <= MAX_TENANTS) {
      return entry;
    }
    try {
      ObjectNode details = mapper.readValue(entry.details(), ObjectNode.class);
      details.put("tenants", entry.tenantIds().size());
      return entry.withoutTenants(details.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private String json(AuditRecord entry) {
    try {
      return mapper.writeValueAsString(entry);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Measures how late the stream is; drops what waits if it is off. */
  @Scheduled(
      every = "15s",
      delayed = "5s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void check() {
    try {
      if (!config.enabled()) {
        store.dropUnpublished();
      }
      delay.set(store.streamDelay().toSeconds());
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.warnf("the delay of the audit stream is unknown; retrying in 15s: %s", e);
    }
  }
}
