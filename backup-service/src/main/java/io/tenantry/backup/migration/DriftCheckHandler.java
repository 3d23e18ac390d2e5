package io.tenantry.backup.migration;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Checks all tenants for drift, one at a time to keep the load low. */
@Singleton
final class DriftCheckHandler implements JobHandler {

  static final String TYPE = "drift_check";

  private static final Logger LOG = Logger.getLogger(DriftCheckHandler.class);
  private static final int PAGE = 200;

  private final TenantStates states;
  private final Drift drift;
  private final MigrationConfig config;

  DriftCheckHandler(TenantStates states, Drift drift, MigrationConfig config) {
    this.states = states;
    this.drift = drift;
    this.config = config;
  }

  /** The job's data. */
  @RegisterForReflection
  record Task(Optional<String> blueprint) {}

  /**
   * The job's result.
   *
   * @param failed tenants that could not be checked
   */
  @RegisterForReflection
  record Result(long checked, long drifted, long failed) {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(config.attempts(), config.retryDelay(), config.maxRetryDelay());
  }

  @Override
  public JobOutcome run(RunningJob job) throws InterruptedException {
    Optional<String> blueprint = job.data(Task.class).blueprint();
    long checked = 0;
    long drifted = 0;
    long failed = 0;
    Optional<UUID> after = Optional.empty();
    do {
      Page<TenantState> page = states.list(blueprint, Optional.empty(), after, PAGE);
      for (TenantState tenant : page.items()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        try {
          drifted += drift.check(tenant.tenantId()).drifted() ? 1 : 0;
          checked++;
        } catch (RuntimeException e) {
          LOG.warnf(
              "drift check failed; continuing with the next tenant tenant=%s: %s",
              tenant.tenantId(), e.getMessage());
          failed++;
        }
        job.progress(checked + failed, 0, "tenants");
      }
      after = page.next().map(UUID::fromString);
    } while (after.isPresent());
    return JobOutcome.done(new Result(checked, drifted, failed));
  }
}
