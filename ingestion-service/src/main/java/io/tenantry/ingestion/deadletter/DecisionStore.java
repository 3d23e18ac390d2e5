package io.tenantry.ingestion.deadletter;

import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Stores which messages are dead letters, before the dead letters are written. */
@Singleton
final class DecisionStore {

  private final Database database;

  DecisionStore(Database database) {
    this.database = database;
  }

  /**
   * The decision that a message is a dead letter.
   *
   * @param at when it was decided; also the timestamp of the dead letter
   */
  record Decision(Reason reason, String cause, Instant at) {

    private static Decision of(Row row) {
      return new Decision(
          Reason.valueOf(row.getString("reason").toUpperCase(Locale.ROOT)),
          row.getString("cause"),
          Columns.instant(row, "decided_at"));
    }
  }

  /**
   * Stores decisions. Existing ones are not changed.
   *
   * @return the messages without an earlier decision
   */
  Set<Position> add(TopicIdentity topic, Map<Position, Decision> decisions) {
    // Sorted, so that two replicas with the same messages cannot deadlock.
    List<Map.Entry<Position, Decision>> rows = List.copyOf(new TreeMap<>(decisions).entrySet());
    return positions(
        database.run(
            """
            INSERT INTO ingestion.dead_letter_decisions
              (topic_id, cluster_id, partition, message_offset, reason, cause, decided_at)
            SELECT $1, $2, partition, message_offset, reason, cause, decided_at
            FROM unnest($3::int[], $4::bigint[], $5::text[], $6::text[], $7::timestamptz[])
              AS decision (partition, message_offset, reason, cause, decided_at)
            ON CONFLICT DO NOTHING
            RETURNING partition, message_offset
            """,
            topic.topicId(),
            topic.clusterId(),
            rows.stream().map(row -> row.getKey().partition()).toArray(Integer[]::new),
            rows.stream().map(row -> row.getKey().offset()).toArray(Long[]::new),
            rows.stream().map(row -> row.getValue().reason().toString()).toArray(String[]::new),
            rows.stream().map(row -> row.getValue().cause()).toArray(String[]::new),
            rows.stream()
                .map(row -> row.getValue().at().atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new)));
  }

  /**
   * The decided messages between the lowest and the highest of these offsets, on each partition.
   */
  Set<Position> decided(TopicIdentity topic, Collection<Position> messages) {
    Map<Integer, LongSummaryStatistics> ranges =
        messages.stream()
            .collect(
                Collectors.groupingBy(
                    Position::partition,
                    TreeMap::new,
                    Collectors.summarizingLong(Position::offset)));
    return positions(
        database.run(
            """
            SELECT decision.partition, message_offset
            FROM unnest($3::int[], $4::bigint[], $5::bigint[]) AS range (partition, first, last)
            JOIN ingestion.dead_letter_decisions AS decision
              ON decision.partition = range.partition
              AND message_offset BETWEEN range.first AND range.last
            WHERE topic_id = $1 AND cluster_id = $2
            """,
            topic.topicId(),
            topic.clusterId(),
            ranges.keySet().toArray(Integer[]::new),
            ranges.values().stream().map(range -> range.getMin()).toArray(Long[]::new),
            ranges.values().stream().map(range -> range.getMax()).toArray(Long[]::new)));
  }

  /**
   * Writes the dead letters of decided messages that are not marked as written, and marks them. Row
   * locks keep other replicas from writing them in the meantime.
   *
   * @param write writes all of them
   */
  void write(
      TopicIdentity topic, Collection<Position> messages, Consumer<Map<Position, Decision>> write) {
    database.transact(
        sql -> {
          Map<Position, Decision> unwritten = lockUnwritten(sql, topic, new TreeSet<>(messages));
          if (!unwritten.isEmpty()) {
            write.accept(unwritten);
            markWritten(sql, topic, unwritten.keySet());
          }
        });
  }

  private static Map<Position, Decision> lockUnwritten(
      Sql sql, TopicIdentity topic, Set<Position> messages) {
    Map<Position, Decision> unwritten = new TreeMap<>();
    sql.run(
            """
            SELECT decision.partition, decision.message_offset, reason, cause, decided_at
            FROM ingestion.dead_letter_decisions AS decision
            JOIN unnest($3::int[], $4::bigint[]) AS message (partition, message_offset)
              USING (partition, message_offset)
            WHERE topic_id = $1 AND cluster_id = $2 AND written_at IS NULL
            ORDER BY partition, message_offset
            FOR UPDATE OF decision
            """,
            topic.topicId(),
            topic.clusterId(),
            partitions(messages),
            offsets(messages))
        .forEach(row -> unwritten.put(position(row), Decision.of(row)));
    return unwritten;
  }

  private static void markWritten(Sql sql, TopicIdentity topic, Set<Position> written) {
    sql.send(
        """
        UPDATE ingestion.dead_letter_decisions AS decision
        SET written_at = now()
        FROM unnest($3::int[], $4::bigint[]) AS message (partition, message_offset)
        WHERE topic_id = $1 AND cluster_id = $2
          AND decision.partition = message.partition
          AND decision.message_offset = message.message_offset
        """,
        topic.topicId(),
        topic.clusterId(),
        partitions(written),
        offsets(written));
  }

  /** Deletes decisions on messages that their topic no longer keeps. */
  void prune(Instant before) {
    database.run("DELETE FROM ingestion.dead_letter_decisions WHERE decided_at < $1", before);
  }

  private static Integer[] partitions(Collection<Position> positions) {
    return positions.stream().map(Position::partition).toArray(Integer[]::new);
  }

  private static Long[] offsets(Collection<Position> positions) {
    return positions.stream().map(Position::offset).toArray(Long[]::new);
  }

  private static Set<Position> positions(RowSet<Row> rows) {
    Set<Position> positions = new TreeSet<>();
    rows.forEach(row -> positions.add(position(row)));
    return positions;
  }

  private static Position position(Row row) {
    return new Position(row.getInteger("partition"), row.getLong("message_offset"));
  }
}
