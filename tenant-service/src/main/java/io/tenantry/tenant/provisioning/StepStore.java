package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.job.Job;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** Stores the steps of provisionings for display. Only the tenant's status is authoritative. */
@Singleton
final class StepStore {

  private final Database database;

  StepStore(Database database) {
    this.database = database;
  }

  /** The failed step, the number of attempts, and the error message. */
  record StepError(StepName step, int attempts, String message) {}

  /** Records the completed steps; the commit is asynchronous, because they are only displayed. */
  void recordProgress(UUID tenantId, List<Job.Step> steps) {
    database.transact(
        sql -> {
          sql.send("SET LOCAL synchronous_commit = off");
          complete(sql, tenantId, steps);
        });
  }

  /** Records that all steps are completed, including the activation, here and in the history. */
  static void complete(Sql sql, Provisioning work) {
    List<Job.Step> steps = work.log().completedWith(StepName.ACTIVATION);
    complete(sql, work.tenantId(), steps);
    ProvisioningHistory.addSuccess(sql, work, steps);
  }

  private static void complete(Sql sql, UUID tenantId, List<Job.Step> steps) {
    sql.send(
        """
        INSERT INTO control_plane.provisioning_steps
          (tenant_id, step, position, status, attempts, started_at, finished_at)
        SELECT $1, step, position, 'completed', attempts, started_at, finished_at
        FROM unnest($2::text[], $3::integer[], $4::timestamptz[], $5::timestamptz[])
          WITH ORDINALITY AS done (step, attempts, started_at, finished_at, position)
        ON CONFLICT (tenant_id, step) DO UPDATE
        SET status = excluded.status, attempts = excluded.attempts,
          started_at = excluded.started_at, finished_at = excluded.finished_at
        """,
        tenantId,
        steps.stream().map(Job.Step::name).toArray(String[]::new),
        steps.stream().map(Job.Step::attempts).toArray(Integer[]::new),
        steps.stream().map(step -> utc(step.startedAt())).toArray(OffsetDateTime[]::new),
        steps.stream()
            .map(step -> utc(step.finishedAt().orElseThrow()))
            .toArray(OffsetDateTime[]::new));
  }

  static void recordError(Sql sql, UUID tenantId, StepError error) {
    sql.send(
        """
        UPDATE control_plane.provisioning_steps
        SET status = 'failed', attempts = $4, error = $3, finished_at = now()
        WHERE tenant_id = $1
          AND step = $2
        """,
        tenantId,
        error.step().toString(),
        error.message(),
        error.attempts());
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
