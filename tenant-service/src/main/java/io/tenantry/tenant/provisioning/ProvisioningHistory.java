package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.job.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Writes how each provisioning went, for reports; in the transaction that ends it. */
final class ProvisioningHistory {

  private ProvisioningHistory() {}

  /** Adds a provisioning that succeeded, with its steps. */
  static void addSuccess(Sql sql, Provisioning work, List<Job.Step> steps) {
    Registration tenant = work.tenant().registration();
    Instant start = steps.getFirst().startedAt();
    Instant end = steps.getLast().finishedAt().orElseThrow();
    sql.send(
        """
        INSERT INTO control_plane.provisioning_history
          (tenant_id, blueprint, region, succeeded, from_pool, duration_ms, steps, step_durations_ms)
        VALUES ($1, $2, $3, true, 'claim' = ANY ($5::text[]), $4, $5, $6)
        """,
        work.tenantId(),
        tenant.blueprint().name(),
        tenant.region(),
        Duration.between(start, end).toMillis(),
        steps.stream().map(Job.Step::name).toArray(String[]::new),
        steps.stream()
            .map(step -> Duration.between(step.startedAt(), step.finishedAt().orElseThrow()))
            .map(Duration::toMillis)
            .toArray(Long[]::new));
  }

  /** Adds a provisioning that was rolled back, before the rows of the tenant are deleted. */
  static void addFailure(Sql sql, UUID tenantId, String code) {
    sql.send(
        """
        INSERT INTO control_plane.provisioning_history
          (tenant_id, blueprint, region, succeeded, from_pool, code, failed_step, duration_ms, steps, step_durations_ms)
        SELECT tenant_id, blueprint, region, false, coalesce('claim' = ANY (step.names), false), $2, step.failed,
          extract(epoch FROM now() - coalesce(step.started_at, created_at)) * 1000, step.completed, step.durations
        FROM control_plane.tenants
        CROSS JOIN LATERAL (
          SELECT array_agg(step) AS names, min(started_at) AS started_at,
            (array_agg(step ORDER BY position) FILTER (WHERE status = 'failed'))[1] AS failed,
            coalesce(array_agg(step ORDER BY position) FILTER (WHERE finished_at >= started_at AND status <> 'failed'), '{}')
              AS completed,
            coalesce(
              array_agg((extract(epoch FROM finished_at - started_at) * 1000)::bigint ORDER BY position)
                FILTER (WHERE finished_at >= started_at AND status <> 'failed'),
              '{}') AS durations
          FROM control_plane.provisioning_steps
          WHERE provisioning_steps.tenant_id = tenants.tenant_id
        ) AS step
        WHERE tenant_id = $1
          AND status = 'rolling_back'
        """,
        tenantId,
        code);
  }
}
