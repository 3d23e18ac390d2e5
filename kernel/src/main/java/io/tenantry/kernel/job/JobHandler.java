package io.tenantry.kernel.job;

/** How one type of job is done. A service declares one bean of this type for each. */
public interface JobHandler {

  /** The type of the jobs it does, for example {@code backup}. */
  String type();

  /** How often and after which pauses a failed job is tried again. */
  RetryPolicy retryPolicy();

  /**
   * Does the work, or goes on with what an attempt left that ended with its process: it must be
   * safe to repeat, up to the last moment before its outcome is stored.
   *
   * @throws InterruptedException if the service ends: the job is handed back, and the attempt does
   *     not count
   * @throws io.tenantry.kernel.error.TenantryException with the code that the job's error shows; if
   *     it is retryable, the job is tried again as its policy says. Any other exception is told as
   *     {@code INTERNAL_ERROR} and tried again, too
   */
  JobOutcome run(RunningJob job) throws InterruptedException;

  /**
   * Puts right what attempts may have left, when the job has failed for good or is cancelled; run
   * before that is stored, and repeated if it fails itself.
   */
  default void giveUp(RunningJob job, Job.Failure failure) throws InterruptedException {}
}
