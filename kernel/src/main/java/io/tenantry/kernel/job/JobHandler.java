package io.tenantry.kernel.job;

/** Runs jobs of one type. A service declares one such bean for each type. */
public interface JobHandler {

  /** The type of its jobs, for example {@code backup}. */
  String type();

  /** How often, and after which pauses, a failed job is retried. */
  RetryPolicy retryPolicy();

  /**
   * Does the work, or continues that of an attempt whose process crashed: it must be safe to repeat
   * until its result is stored.
   *
   * @throws InterruptedException if the service shuts down: the job is released, and the attempt
   *     does not count
   * @throws io.tenantry.kernel.error.TenantryException with the code of the job's error; if the
   *     code is retryable, the job is retried by its policy. Any other exception is reported as
   *     {@code INTERNAL_ERROR} and also retried
   */
  JobOutcome run(RunningJob job) throws InterruptedException;

  /**
   * Cleans up after the attempts of a job that has failed permanently or was cancelled; called
   * before that status is stored, and repeated if it fails.
   */
  default void cleanUp(RunningJob job, Job.Failure failure) throws InterruptedException {}
}
