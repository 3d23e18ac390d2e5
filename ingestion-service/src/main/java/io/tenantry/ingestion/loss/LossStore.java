package io.tenantry.ingestion.loss;

import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.http.Page;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Stores which events were lost before delivery. */
@Singleton
public final class LossStore {

  private final Database database;

  LossStore(Database database) {
    this.database = database;
  }

  /**
   * Records events that exceeded the topic's retention; returns false if the loss is recorded
   * already.
   */
  public boolean add(Sql transaction, Loss loss) {
    return transaction.changedOne(
        """
        INSERT INTO ingestion.lost_events
          (reason, tenant_id, topic, topic_id, cluster_id, partition, from_offset, to_offset,
           from_time, to_time)
        VALUES ('retention', $1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT DO NOTHING
        """,
        loss.tenantId(),
        loss.topic().name(),
        loss.topic().identity().topicId(),
        loss.topic().identity().clusterId(),
        loss.partition(),
        loss.from(),
        loss.to(),
        loss.since(),
        loss.until());
  }

  /** {@link #add(Sql, Loss)} in a transaction of its own. */
  public boolean add(Loss loss) {
    return add(database, loss);
  }

  /** Records that a topic was replaced, and that its undelivered events are lost. */
  public void addReplaced(Sql transaction, KnownTopic previous) {
    transaction.run(
        """
        INSERT INTO ingestion.lost_events (reason, topic, topic_id, cluster_id, to_time)
        VALUES ('topic_replaced', $1, $2, $3, now())
        ON CONFLICT DO NOTHING
        """,
        previous.name(),
        previous.identity().topicId(),
        previous.identity().clusterId());
  }

  /** Deletes the losses of a topic that exists again. */
  public void removeReplaced(Sql transaction, TopicIdentity topic) {
    transaction.run(
        """
        DELETE FROM ingestion.lost_events
        WHERE reason = 'topic_replaced' AND topic_id = $1 AND cluster_id = $2
        """,
        topic.topicId(),
        topic.clusterId());
  }

  void prune(Instant before) {
    database.run("DELETE FROM ingestion.lost_events WHERE recorded_at < $1", before);
  }

  /** A page of losses, the newest first. */
  Page<LostEvents> list(Optional<UUID> tenantId, long before, int limit) {
    return Page.of(
        database.list(
            LossStore::read,
            """
            SELECT position, reason, tenant_id, topic, topic_id, cluster_id, partition,
              from_offset, to_offset, from_time, to_time, recorded_at
            FROM ingestion.lost_events
            WHERE position < $1 AND ($2::uuid IS NULL OR tenant_id = $2 OR tenant_id IS NULL)
            ORDER BY position DESC
            LIMIT $3
            """,
            before,
            tenantId,
            limit + 1),
        limit,
        LostEvents::id);
  }

  private static LostEvents read(Row row) {
    Optional<Long> from = Optional.ofNullable(row.getLong("from_offset"));
    Optional<Long> to = Optional.ofNullable(row.getLong("to_offset"));
    return new LostEvents(
        row.getLong("position"),
        LossReason.of(row.getString("reason")),
        Optional.ofNullable(row.getUUID("tenant_id")),
        row.getString("topic"),
        row.getString("topic_id"),
        row.getString("cluster_id"),
        Optional.ofNullable(row.getInteger("partition")),
        from,
        to,
        from.flatMap(first -> to.map(next -> next - first)),
        Columns.optionalInstant(row, "from_time"),
        Columns.optionalInstant(row, "to_time"),
        Columns.instant(row, "recorded_at"));
  }
}
