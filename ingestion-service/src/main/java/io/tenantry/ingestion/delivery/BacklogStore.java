package io.tenantry.ingestion.delivery;

import io.tenantry.ingestion.loss.Loss;
import io.tenantry.ingestion.loss.LossStore;
import io.tenantry.ingestion.topic.KnownTopics;
import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * Stores the tenants with undelivered events, and the next offset of each, by topic and partition.
 */
@Singleton
final class BacklogStore {

  private final Database database;
  private final KnownTopics known;
  private final LossStore losses;

  BacklogStore(Database database, KnownTopics known, LossStore losses) {
    this.database = database;
    this.known = known;
    this.losses = losses;
  }

  /**
   * A tenant's backlog.
   *
   * @param isTopicKnown whether its topic is recorded; rows of earlier versions have none
   * @param since when the tenant's database was found unavailable
   */
  record Backlog(long nextOffset, boolean isTopicKnown, Instant since) {}

  /**
   * Records that events are read from this topic. If it replaced another topic of the same name,
   * the backlogs of that topic are marked as lost and the loss is recorded. If the topic was marked
   * as lost before and exists again, its backlogs are valid again.
   *
   * @return the number of backlogs marked as lost; empty if no topic was replaced
   */
  OptionalLong start(KnownTopic topic) {
    return database.inTransaction(
        sql ->
            known
                .record(sql, topic)
                .map(previous -> OptionalLong.of(replace(sql, previous, topic.identity())))
                .orElse(OptionalLong.empty()));
  }

  private long replace(Sql sql, KnownTopic previous, TopicIdentity current) {
    losses.addReplaced(sql, previous);
    long lost =
        sql.one(
            row -> row.getLong("count"),
            """
            WITH lost AS (
              UPDATE ingestion.topic_backlogs
              SET lost_at = now()
              WHERE topic = $1 AND lost_at IS NULL AND (topic_id, cluster_id) <> ($2, $3)
              RETURNING tenant_id, topic, topic_id, cluster_id, partition, next_offset, since
            ), recorded AS (
              INSERT INTO ingestion.lost_events
                (reason, tenant_id, topic, topic_id, cluster_id, partition, from_offset,
                 from_time, to_time)
              SELECT 'topic_replaced', tenant_id, topic, topic_id, cluster_id, partition,
                next_offset, since, now()
              FROM lost
              ON CONFLICT DO NOTHING
            )
            SELECT count(*) AS count FROM lost
            """,
            previous.name(),
            current.topicId(),
            current.clusterId());
    sql.run(
        """
        UPDATE ingestion.topic_backlogs
        SET lost_at = NULL
        WHERE topic_id = $1 AND cluster_id = $2 AND lost_at IS NOT NULL
        """,
        current.topicId(),
        current.clusterId());
    losses.removeReplaced(sql, current);
    return lost;
  }

  /** The backlogs of a partition, by tenant. */
  Map<UUID, Backlog> load(int partition, TopicIdentity topic) {
    Map<UUID, Backlog> backlogs = new HashMap<>();
    database
        .run(
            """
            SELECT tenant_id, next_offset, false AS topic_known, since
            FROM ingestion.backlogs
            WHERE partition = $1
            UNION ALL
            SELECT tenant_id, next_offset, true, since
            FROM ingestion.topic_backlogs
            WHERE partition = $1 AND topic_id = $2 AND cluster_id = $3
            ORDER BY topic_known
            """,
            partition,
            topic.topicId(),
            topic.clusterId())
        .forEach(
            row ->
                backlogs.put(
                    row.getUUID("tenant_id"),
                    new Backlog(
                        row.getLong("next_offset"),
                        row.getBoolean("topic_known"),
                        Columns.instant(row, "since"))));
    return backlogs;
  }

  /** Stores a backlog. If two replicas store one, the lower offset is kept. */
  void open(int partition, UUID tenant, long offset, String reason, KnownTopic topic) {
    database.run(
        """
        INSERT INTO ingestion.topic_backlogs
          (topic, topic_id, cluster_id, partition, tenant_id, next_offset, reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (topic_id, cluster_id, partition, tenant_id) DO UPDATE
          SET next_offset = least(topic_backlogs.next_offset, excluded.next_offset)
        """,
        topic.name(),
        topic.identity().topicId(),
        topic.identity().clusterId(),
        partition,
        tenant,
        offset,
        reason);
  }

  void advance(int partition, Set<UUID> tenants, long offset, TopicIdentity topic) {
    database.run(
        """
        UPDATE ingestion.topic_backlogs
        SET next_offset = $3
        WHERE partition = $1 AND tenant_id = ANY($2) AND topic_id = $4 AND cluster_id = $5
          AND next_offset < $3
        """,
        partition,
        tenants.toArray(UUID[]::new),
        offset,
        topic.topicId(),
        topic.clusterId());
  }

  /** Sets the next offset of a tenant's backlog, also to a lower one. */
  void resetOffset(int partition, UUID tenant, long offset, Instant since, KnownTopic topic) {
    resetOffset(database, partition, tenant, offset, since, topic);
  }

  private static void resetOffset(
      Sql sql, int partition, UUID tenant, long offset, Instant since, KnownTopic topic) {
    sql.run(
        """
        INSERT INTO ingestion.topic_backlogs
          (topic, topic_id, cluster_id, partition, tenant_id, next_offset, reason, since)
        VALUES ($1, $2, $3, $4, $5, $6, 'moved to the earliest event kept', $7)
        ON CONFLICT (topic_id, cluster_id, partition, tenant_id) DO UPDATE
          SET next_offset = excluded.next_offset
        """,
        topic.name(),
        topic.identity().topicId(),
        topic.identity().clusterId(),
        partition,
        tenant,
        offset,
        since);
  }

  /**
   * Records a tenant's events as lost and moves its backlog to the first event that is kept.
   * Returns whether the loss is new.
   */
  boolean skip(Loss loss) {
    return database.inTransaction(
        sql -> {
          boolean added = losses.add(sql, loss);
          resetOffset(
              sql,
              loss.partition(),
              loss.tenantId().orElseThrow(),
              loss.to(),
              loss.since().orElseThrow(),
              loss.topic());
          return added;
        });
  }

  void close(int partition, Set<UUID> tenants, TopicIdentity topic) {
    database.transact(
        sql -> {
          UUID[] ids = tenants.toArray(UUID[]::new);
          sql.send(
              """
              DELETE FROM ingestion.topic_backlogs
              WHERE partition = $1 AND tenant_id = ANY($2) AND topic_id = $3 AND cluster_id = $4
              """,
              partition,
              ids,
              topic.topicId(),
              topic.clusterId());
          sql.send(
              "DELETE FROM ingestion.backlogs WHERE partition = $1 AND tenant_id = ANY($2)",
              partition,
              ids);
        });
  }

  /** Deletes lost backlogs that are older than the topic's retention. */
  void prune(Instant before) {
    database.run("DELETE FROM ingestion.topic_backlogs WHERE lost_at < $1", before);
  }
}
