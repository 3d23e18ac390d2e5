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

/** Keeps which tenants are behind, and from where on, on one topic. */
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
   * @param isLabelled whether it is known to be of the topic; a former version did not write it
   * @param since when the tenant's database was found not available
   */
  record Backlog(long nextOffset, boolean isLabelled, Instant since) {}

  /**
   * Begins with a topic. If it has replaced one, the backlogs on that are lost, and that is
   * recorded; those on a topic that is there again are not any more.
   *
   * @return how many tenants' backlogs became lost; empty if the topic has replaced none
   */
  OptionalLong begin(KnownTopic topic) {
    return database.inTransaction(
        sql ->
            known
                .note(sql, topic)
                .map(former -> OptionalLong.of(replace(sql, former, topic.identity())))
                .orElse(OptionalLong.empty()));
  }

  private long replace(Sql sql, KnownTopic former, TopicIdentity now) {
    losses.addReplaced(sql, former);
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
            former.name(),
            now.topicId(),
            now.clusterId());
    sql.run(
        """
        UPDATE ingestion.topic_backlogs
        SET lost_at = NULL
        WHERE topic_id = $1 AND cluster_id = $2 AND lost_at IS NOT NULL
        """,
        now.topicId(),
        now.clusterId());
    losses.removeReplaced(sql, now);
    return lost;
  }

  /** The tenants of a partition that are behind. */
  Map<UUID, Backlog> load(int partition, TopicIdentity topic) {
    Map<UUID, Backlog> backlogs = new HashMap<>();
    database
        .run(
            """
            SELECT tenant_id, next_offset, false AS labelled, since
            FROM ingestion.backlogs
            WHERE partition = $1
            UNION ALL
            SELECT tenant_id, next_offset, true, since
            FROM ingestion.topic_backlogs
            WHERE partition = $1 AND topic_id = $2 AND cluster_id = $3
            ORDER BY labelled
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
                        row.getBoolean("labelled"),
                        Columns.instant(row, "since"))));
    return backlogs;
  }

  /** Of two replicas that both write, the one that knows of the older event counts. */
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

  /** Sets from where on a tenant is delivered. */
  void restart(int partition, UUID tenant, long offset, Instant since, KnownTopic topic) {
    restart(database, partition, tenant, offset, since, topic);
  }

  private static void restart(
      Sql sql, int partition, UUID tenant, long offset, Instant since, KnownTopic topic) {
    sql.run(
        """
        INSERT INTO ingestion.topic_backlogs
          (topic, topic_id, cluster_id, partition, tenant_id, next_offset, reason, since)
        VALUES ($1, $2, $3, $4, $5, $6, 'delivered again from what is kept', $7)
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
   * Records events of a tenant as lost, and goes on with the first that is kept; returns whether
   * the loss was not recorded before.
   */
  boolean skip(Loss loss) {
    return database.inTransaction(
        sql -> {
          boolean news = losses.add(sql, loss);
          restart(
              sql,
              loss.partition(),
              loss.tenantId().orElseThrow(),
              loss.to(),
              loss.since().orElseThrow(),
              loss.topic());
          return news;
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

  /** Forgets what became lost so long ago that the topic could not have kept it. */
  void prune(Instant before) {
    database.run("DELETE FROM ingestion.topic_backlogs WHERE lost_at < $1", before);
  }
}
