package io.tenantry.ingestion.deadletter;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.page.Page;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The register of dead letters. */
@Singleton
final class DeadLetterStore {

  private final Database database;

  DeadLetterStore(Database database) {
    this.database = database;
  }

  /** Registers dead letters; one that is there stays as it is. */
  void add(List<DeadLetter> letters) {
    database.transact(
        sql ->
            letters.forEach(
                letter ->
                    sql.send(
                        """
                        INSERT INTO ingestion.dead_letters
                          (partition, message_offset, tenant_id, event_id, type, reason, error,
                           original_topic, original_partition, original_offset, original_timestamp,
                           redrives, status, dead_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                        ON CONFLICT (partition, message_offset) DO NOTHING
                        """,
                        letter.partition(),
                        letter.offset(),
                        letter.tenantId().orElse(null),
                        letter.eventId().orElse(null),
                        letter.type().orElse(null),
                        letter.reason(),
                        letter.error().orElse(null),
                        letter.originalTopic().orElse(null),
                        letter.originalPartition().orElse(null),
                        letter.originalOffset().orElse(null),
                        letter.originalTimestamp().map(DeadLetterStore::utc).orElse(null),
                        letter.redrives(),
                        letter.status().toString(),
                        utc(letter.deadAt()))));
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /** A page of dead letters, oldest first. */
  Page<DeadLetter> list(DeadLetterFilter filter, long after, int limit) {
    return Page.of(select(filter, after, limit + 1), limit, DeadLetter::id);
  }

  /** Dead letters after a number, oldest first. */
  List<DeadLetter> select(DeadLetterFilter filter, long after, int limit) {
    List<Object> parameters = new ArrayList<>();
    String where = where(filter, parameters);
    parameters.add(after);
    parameters.add(limit);
    return letters(
        database.run(
            """
            SELECT position, partition, message_offset, tenant_id, event_id, type, reason, error,
              original_topic, original_partition, original_offset, original_timestamp, redrives,
              status, dead_at
            FROM ingestion.dead_letters
            WHERE %s AND position > $%d
            ORDER BY position
            LIMIT $%d
            """
                .formatted(where, parameters.size() - 1, parameters.size()),
            parameters.toArray()));
  }

  /** How many there are, by reason and status. */
  List<DeadLetterCount> count(DeadLetterFilter filter) {
    List<Object> parameters = new ArrayList<>();
    RowSet<Row> rows =
        database.run(
            """
            SELECT reason, status, count(*) AS count
            FROM ingestion.dead_letters
            WHERE %s
            GROUP BY reason, status
            ORDER BY count(*) DESC, reason, status
            """
                .formatted(where(filter, parameters)),
            parameters.toArray());
    return StreamSupport.stream(rows.spliterator(), false)
        .map(
            row ->
                new DeadLetterCount(
                    row.getString("reason"),
                    Status.of(row.getString("status")),
                    row.getLong("count")))
        .toList();
  }

  private static String where(DeadLetterFilter filter, List<Object> parameters) {
    StringBuilder where = new StringBuilder("true");
    filter.tenantId().ifPresent(tenant -> and(where, parameters, "tenant_id = $%d", tenant));
    filter.reason().ifPresent(reason -> and(where, parameters, "reason = $%d", reason));
    if (!filter.statuses().isEmpty()) {
      and(
          where,
          parameters,
          "status = ANY($%d)",
          filter.statuses().stream().map(Status::toString).toArray(String[]::new));
    }
    if (!filter.ids().isEmpty()) {
      and(where, parameters, "position = ANY($%d)", filter.ids().toArray(Long[]::new));
    }
    return where.toString();
  }

  private static void and(
      StringBuilder where, List<Object> parameters, String condition, Object value) {
    parameters.add(value);
    where.append(" AND ").append(condition.formatted(parameters.size()));
  }

  /** Notes what was done with dead letters, and by whom. */
  void note(List<Long> ids, Status status, String actor) {
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

  /** Forgets what the topic does not keep any more. */
  void prune(Instant before) {
    database.transact(
        sql -> {
          sql.send(
              """
              DELETE FROM ingestion.dead_letter_actions
              WHERE position IN (SELECT position FROM ingestion.dead_letters WHERE dead_at < $1)
              """,
              utc(before));
          sql.send("DELETE FROM ingestion.dead_letters WHERE dead_at < $1", utc(before));
        });
  }

  private static List<DeadLetter> letters(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(DeadLetterStore::letter).toList();
  }

  private static DeadLetter letter(Row row) {
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
        Optional.ofNullable(row.getOffsetDateTime("original_timestamp"))
            .map(OffsetDateTime::toInstant),
        row.getInteger("redrives"),
        Status.of(row.getString("status")),
        row.getOffsetDateTime("dead_at").toInstant(),
        row.getInteger("partition"),
        row.getLong("message_offset"),
        Optional.empty());
  }
}
