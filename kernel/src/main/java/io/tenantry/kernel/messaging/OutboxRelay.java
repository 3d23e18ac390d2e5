package io.tenantry.kernel.messaging;

import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.CloudEventHeaders;
import io.vertx.sqlclient.Row;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Publishes the outbox to Kafka as CloudEvents in binary mode, in each tenant's order, at least
 * once: consumers recognise repetitions by the event's id. Only one replica's relay works at a
 * time.
 */
@Singleton
@IfBuildProperty(name = "tenantry.outbox.enabled", stringValue = "true")
final class OutboxRelay implements Relay.Source {

  private static final String SELECT_BATCH =
      """
      SELECT position, event_id, topic, subject, type, occurred_at, data
      FROM outbox
      ORDER BY position
      LIMIT $1
      """;

  private final Relay relay;
  private final String source;

  OutboxRelay(
      Relays relays, @ConfigProperty(name = "quarkus.application.name") String application) {
    this.relay = relays.create("outbox", this);
    this.source = "/tenantry/" + application;
  }

  void start(@Observes StartupEvent started) {
    relay.start();
  }

  void stop(@Observes ShutdownEvent stopped) {
    relay.stop();
  }

  /** Announces a committed event, so that it need not wait for the poll. */
  void wake() {
    relay.wake();
  }

  @Override
  public String lock() {
    return "'outbox ' || current_schema()";
  }

  @Override
  public List<Relay.Message> read(Sql transaction, int limit) {
    return transaction.list(this::message, SELECT_BATCH, limit);
  }

  @Override
  public void remove(Sql transaction, Long[] positions) {
    transaction.run("DELETE FROM outbox WHERE position = ANY($1)", (Object) positions);
  }

  private Relay.Message message(Row row) {
    String subject = row.getUUID("subject").toString();
    return new Relay.Message(
        row.getLong("position"),
        CloudEventHeaders.message(
            row.getString("topic"),
            subject,
            new CloudEventHeaders.Attributes(
                row.getUUID("event_id"),
                source,
                row.getString("type"),
                subject,
                Columns.instant(row, "occurred_at")),
            row.getString("data")));
  }
}
