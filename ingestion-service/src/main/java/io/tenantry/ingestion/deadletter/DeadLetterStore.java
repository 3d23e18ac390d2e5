package io.tenantry.ingestion.deadletter;

import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.QueryConditions;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.http.Page;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Stores the register of dead letters. */
@Singleton
final class DeadLetterStore {

  private static final int BATCH_SIZE = 5000;

  /** The effective status: a message that is gone is lost, unless it was redriven. */
  private static final String STATUS =
      "CASE WHEN lost_reason IS NULL OR status = 'redriven' THEN status ELSE 'lost' END";

  private final Database database;

  DeadLetterStore(Database database) {
    this.database = database;
  }

  /**
   * Starts to register the dead letters of a topic. If it replaced another topic, that topic's dead
   * letters are marked as lost, in batches, as there may be many. If the topic itself was marked as
   * lost before, its dead letters are restored.
   *
   * @return the number of dead letters marked as lost
   */
  long start(KnownTopic topic) {
    restoreOwn(topic);
    long lost = 0;
    for (int count = markOthersLost(topic); count > 0; count = markOthersLost(topic)) {
      lost += count;
    }
    return lost;
  }

  private int markOthersLost(KnownTopic topic) {
    return database.changed(
        """
        UPDATE ingestion.dead_letters
        SET lost_reason = 'topic_replaced'
        WHERE position IN (
          SELECT position
          FROM ingestion.dead_letters
          WHERE topic = $1 AND lost_reason IS NULL AND (topic_id, cluster_id) <> ($2, $3)
          LIMIT $4)
        """,
        topic.name(),
        topic.identity().topicId(),
        topic.identity().clusterId(),
        BATCH_SIZE);
  }

  private void restoreOwn(KnownTopic topic) {
    database.run(
        """
        UPDATE ingestion.dead_letters AS own
        SET lost_reason = NULL
        WHERE topic_id = $1 AND cluster_id = $2 AND lost_reason = 'topic_replaced'
          AND NOT EXISTS (
            SELECT
            FROM ingestion.dead_letters AS other
            WHERE other.topic_id = own.topic_id AND other.cluster_id = own.cluster_id
              AND other.partition = own.partition
              AND other.message_offset = own.message_offset AND other.lost_reason IS NULL)
        """,
        topic.identity().topicId(),
        topic.identity().clusterId());
  }

  /**
   * Registers dead letters of a topic. Existing ones are not changed; an existing one for another
   * message at the same offset is marked as lost.
   */
  void add(List<DeadLetter> deadLetters, KnownTopic topic) {
    database.transact(
        sql ->
            deadLetters.forEach(
                deadLetter -> {
                  assignTopic(sql, deadLetter, topic);
                  markReplacedLost(sql, deadLetter, topic);
                  insert(sql, deadLetter, topic);
                }));
  }

  /**
   * Adds the topic to a dead letter that an earlier version registered, if tenant and time match.
   */
  private static void assignTopic(Sql sql, DeadLetter deadLetter, KnownTopic topic) {
    sql.send(
        """
        UPDATE ingestion.dead_letters
        SET topic = $1, topic_id = $2, cluster_id = $3
        WHERE topic_id IS NULL AND partition = $4 AND message_offset = $5
          AND tenant_id IS NOT DISTINCT FROM $6 AND dead_at = $7
        """,
        topic.name(),
        topic.identity().topicId(),
        topic.identity().clusterId(),
        deadLetter.partition(),
        deadLetter.offset(),
        deadLetter.tenantId(),
        deadLetter.deadAt());
  }

  private static void markReplacedLost(Sql sql, DeadLetter deadLetter, KnownTopic topic) {
    sql.send(
        """
        UPDATE ingestion.dead_letters
        SET lost_reason = 'offset_reused'
        WHERE topic_id = $1 AND cluster_id = $2 AND partition = $3 AND message_offset = $4
          AND lost_reason IS NULL AND (tenant_id IS DISTINCT FROM $5 OR dead_at <> $6)
        """,
        topic.identity().topicId(),
        topic.identity().clusterId(),
        deadLetter.partition(),
        deadLetter.offset(),
        deadLetter.tenantId(),
        deadLetter.deadAt());
  }

  private static void insert(Sql sql, DeadLetter deadLetter, KnownTopic topic) {
    sql.send(
        """
        INSERT INTO ingestion.dead_letters
          (partition, message_offset, tenant_id, event_id, type, reason, error, original_topic,
           original_partition, original_offset, original_timestamp, redrives, status, dead_at, topic,
           topic_id, cluster_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        ON CONFLICT (topic_id, cluster_id, partition, message_offset) WHERE lost_reason IS NULL
          DO NOTHING
        """,
        deadLetter.partition(),
        deadLetter.offset(),
        deadLetter.tenantId(),
        deadLetter.eventId(),
        deadLetter.type(),
        deadLetter.reason(),
        deadLetter.error(),
        deadLetter.originalTopic(),
        deadLetter.originalPartition(),
        deadLetter.originalOffset(),
        deadLetter.originalTimestamp(),
        deadLetter.redrives(),
        deadLetter.status().toString(),
        deadLetter.deadAt(),
        topic.name(),
        topic.identity().topicId(),
        topic.identity().clusterId());
  }

  /** A page of dead letters, oldest first. */
  Page<DeadLetter> list(DeadLetterFilter filter, long after, int limit) {
    return Page.of(select(filter, after, limit + 1), limit, DeadLetter::id);
  }

  /** Dead letters after a number, oldest first. */
  List<DeadLetter> select(DeadLetterFilter filter, long after, int limit) {
    QueryConditions conditions = conditions(filter).and("position > $%d", after);
    return database.list(
        DeadLetterStore::read,
        """
        SELECT position, partition, message_offset, tenant_id, event_id, type, reason, error,
          original_topic, original_partition, original_offset, original_timestamp, redrives,
          %s AS status, dead_at, topic_id, cluster_id, lost_reason
        FROM ingestion.dead_letters
        WHERE true
        %s
        ORDER BY position
        LIMIT %s
        """
            .formatted(STATUS, conditions, conditions.bind(limit)),
        conditions.values().toArray());
  }

  /** Counts dead letters by reason and status. */
  List<DeadLetterCount> count(DeadLetterFilter filter) {
    QueryConditions conditions = conditions(filter);
    return database.list(
        row ->
            new DeadLetterCount(
                row.getString("reason"), Status.of(row.getString("status")), row.getLong("count")),
        """
        SELECT reason, %s AS status, count(*) AS count
        FROM ingestion.dead_letters
        WHERE true
        %s
        GROUP BY 1, 2
        ORDER BY 3 DESC, 1, 2
        """
            .formatted(STATUS, conditions),
        conditions.values().toArray());
  }

  private static QueryConditions conditions(DeadLetterFilter filter) {
    QueryConditions conditions =
        new QueryConditions()
            .and("tenant_id = $%d", filter.tenantId().orElse(null))
            .and("reason = $%d", filter.reason().orElse(null));
    if (!filter.statuses().isEmpty()) {
      String[] statuses = filter.statuses().stream().map(Status::toString).toArray(String[]::new);
      conditions.and(STATUS + " = ANY($%d)", statuses);
      if (!filter.statuses().contains(Status.LOST)) {
        // A redundant condition, so that PostgreSQL uses the index on the status.
        conditions.and("status = ANY($%d)", statuses);
      }
    }
    if (!filter.ids().isEmpty()) {
      conditions.and("position = ANY($%d)", filter.ids().toArray(Long[]::new));
    }
    return conditions;
  }

  /** Records an action on dead letters and who requested it. */
  void recordAction(List<Long> ids, Status status, String actor) {
    Long[] positions = ids.toArray(Long[]::new);
    database.transact(
        sql -> {
          sql.send(
              "UPDATE ingestion.dead_letters SET status = $2 WHERE position = ANY($1)",
              positions,
              status.toString());
          sql.send(
              """
              INSERT INTO ingestion.dead_letter_actions (position, action, actor)
              SELECT position, $2, $3
              FROM unnest($1::bigint[]) AS position
              """,
              positions,
              status.toString(),
              actor);
        });
  }

  /** Deletes dead letters that the topic no longer keeps. */
  void prune(Instant before) {
    database.transact(
        sql -> {
          sql.send(
              """
              DELETE FROM ingestion.dead_letter_actions
              WHERE position IN (SELECT position FROM ingestion.dead_letters WHERE dead_at < $1)
              """,
              before);
          sql.send("DELETE FROM ingestion.dead_letters WHERE dead_at < $1", before);
        });
  }

  private static DeadLetter read(Row row) {
    return new DeadLetter(
        row.getLong("position"),
        Optional.ofNullable(row.getUUID("tenant_id")),
        Optional.ofNullable(row.getString("event_id")),
        Optional.ofNullable(row.getString("type")),
        row.getString("reason"),
        Optional.ofNullable(row.getString("error")),
        Optional.ofNullable(row.getString("original_topic")),
        Optional.ofNullable(row.getInteger("original_partition")),
        Optional.ofNullable(row.getLong("original_offset")),
        Columns.optionalInstant(row, "original_timestamp"),
        row.getInteger("redrives"),
        Status.of(row.getString("status")),
        Columns.instant(row, "dead_at"),
        row.getInteger("partition"),
        row.getLong("message_offset"),
        Optional.ofNullable(row.getString("topic_id"))
            .map(topicId -> new TopicIdentity(row.getString("cluster_id"), topicId)),
        Optional.ofNullable(row.getString("lost_reason")),
        Optional.empty(),
        Optional.empty());
  }
}
