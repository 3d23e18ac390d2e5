package io.tenantry.ingestion.limit;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.http.Page;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stores rate limits that override the configured ones. */
@Singleton
final class LimitStore {

  private final Database database;

  LimitStore(Database database) {
    this.database = database;
  }

  Optional<Limit> find(Subject subject) {
    return database.first(
        LimitStore::limit,
        """
        SELECT events, period_seconds
        FROM ingestion.rate_limits
        WHERE kind = $1 AND subject_id = $2
        """,
        subject.kind().toString(),
        subject.id());
  }

  /** A page of the limits that override the configured one, ordered by the subject's id. */
  Page<SubjectLimit> list(Subject.Kind kind, @Nullable UUID after, int limit) {
    return Page.of(
        database.list(
            row ->
                new SubjectLimit(
                    row.getUUID("subject_id"),
                    Optional.ofNullable(row.getString("name")),
                    Optional.ofNullable(row.getUUID("tenant_id")),
                    row.getLong("events"),
                    row.getLong("period_seconds")),
            """
            SELECT subject_id, coalesce(tenant.name, instance.name) AS name,
              coalesce(tenant.tenant_id, instance.tenant_id) AS tenant_id, events, period_seconds
            FROM ingestion.rate_limits
            LEFT JOIN control_plane.tenants_v1 AS tenant ON kind = 'tenant' AND tenant.tenant_id = subject_id
            LEFT JOIN ingestion.instances AS instance ON kind = 'instance' AND instance_id = subject_id
            WHERE kind = $1
              AND ($2::uuid IS NULL OR subject_id > $2)
            ORDER BY subject_id
            LIMIT $3
            """,
            kind.toString(),
            after,
            limit + 1),
        limit,
        SubjectLimit::id);
  }

  /** The tenant that a limit applies to: the tenant itself, or the instance's tenant. */
  Optional<UUID> tenantOf(Subject subject) {
    if (subject.kind() == Subject.Kind.TENANT) {
      return Optional.of(subject.id());
    }
    return database.first(
        row -> row.getUUID(0),
        "SELECT tenant_id FROM ingestion.instances WHERE instance_id = $1",
        subject.id());
  }

  private static Limit limit(Row row) {
    return new Limit(row.getLong("events"), Duration.ofSeconds(row.getLong("period_seconds")));
  }

  void put(Subject subject, Limit limit) {
    database.run(
        """
        INSERT INTO ingestion.rate_limits (kind, subject_id, events, period_seconds)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (kind, subject_id)
          DO UPDATE SET events = excluded.events, period_seconds = excluded.period_seconds
        """,
        subject.kind().toString(),
        subject.id(),
        limit.events(),
        limit.period().toSeconds());
  }

  void remove(Subject subject) {
    database.run(
        "DELETE FROM ingestion.rate_limits WHERE kind = $1 AND subject_id = $2",
        subject.kind().toString(),
        subject.id());
  }
}
