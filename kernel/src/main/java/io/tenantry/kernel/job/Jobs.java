package io.tenantry.kernel.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import io.quarkus.arc.properties.IfBuildProperty;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.LongPolling;
import io.tenantry.kernel.http.Page;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** The jobs of this service. */
@Singleton
@IfBuildProperty(name = "tenantry.jobs.enabled", stringValue = "true")
public final class Jobs {

  private final JobStore store;

  /** Looked up late: handlers that the scheduler runs may submit jobs themselves. */
  private final Provider<Scheduler> scheduler;

  private final Clock clock;
  private final LongPolling.Watch ends;

  Jobs(JobStore store, Provider<Scheduler> scheduler, Clock clock, LongPolling polling) {
    this.ends = polling.watch(store::unfinished);
    this.store = store;
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /**
   * Stores a job in the caller's transaction and triggers its execution after the commit.
   *
   * @return its id, or the id of the existing job with the same deduplication key
   */
  public UUID submit(Sql transaction, NewJob job) {
    UUID id = store.add(transaction, job, job.due().orElseGet(clock::instant));
    transaction.afterCommit(() -> scheduler.get().triggerCheckForDueExecutions());
    return id;
  }

  /**
   * A job.
   *
   * @throws TenantryException {@code JOB_NOT_FOUND}
   */
  public Job get(UUID id) {
    return store.find(id).orElseThrow(() -> notFound(id));
  }

  /**
   * A job, when it has ended or this time is over.
   *
   * @throws TenantryException {@code JOB_NOT_FOUND}
   */
  public Job awaitEnd(UUID id, Duration time) {
    ends.awaitEnd(id, time);
    return get(id);
  }

  /** A page of jobs, newest first. */
  public Page<Job> list(JobFilter filter, Optional<UUID> after, int limit) {
    return store.list(filter, after, limit);
  }

  /**
   * Cancels a job that has not started, or waits for its next attempt.
   *
   * @throws TenantryException {@code JOB_NOT_FOUND}, or {@code JOB_NOT_CANCELLABLE} if it is
   *     running or finished
   */
  public Job cancel(UUID id) {
    if (!store.cancel(id, clock.instant())) {
      throw new TenantryException(
          ErrorCode.JOB_NOT_CANCELLABLE, "The job is " + get(id).status() + ".");
    }
    return get(id);
  }

  private static TenantryException notFound(UUID id) {
    return new TenantryException(ErrorCode.JOB_NOT_FOUND, "There is no job " + id + ".");
  }
}
