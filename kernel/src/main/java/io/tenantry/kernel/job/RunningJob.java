package io.tenantry.kernel.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** An attempt at a job, for its handler: the job's data, and methods to report progress. */
public final class RunningJob {

  private static final Logger LOG = Logger.getLogger(RunningJob.class);

  /** Progress is for people, so it is not written more often. */
  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

  private final JobStore.Stored job;
  private final JobStore store;
  private final Clock clock;
  private final List<Job.Step> steps = new ArrayList<>();
  private Instant progressWritten = Instant.MIN;

  RunningJob(JobStore.Stored job, JobStore store, Clock clock) {
    this.job = job;
    this.store = store;
    this.clock = clock;
  }

  public UUID id() {
    return job.id();
  }

  public String type() {
    return job.type();
  }

  /** The tenant that the job concerns. */
  public UUID tenantId() {
    return job.tenantId().orElseThrow();
  }

  /** 1 for the first attempt; attempts that were interrupted or postponed do not count. */
  public int attempt() {
    return job.attempts();
  }

  /** The job's data. */
  public <T> T data(Class<T> type) {
    return store.read(job.data(), type);
  }

  /** Starts a step, which completes the previous one. */
  public synchronized void step(String name) {
    finishStep(Job.Status.COMPLETED);
    steps.add(new Job.Step(name, Job.Status.RUNNING, 1, clock.instant(), Optional.empty()));
    writeSteps();
  }

  /** Replaces the steps, for jobs whose steps run in parallel or are retried. */
  public synchronized void steps(List<Job.Step> current) {
    steps.clear();
    steps.addAll(current);
    writeSteps();
  }

  private void writeSteps() {
    write(() -> store.noteSteps(job.id(), job.attempts(), steps()));
  }

  /**
   * Reports the attempt's progress.
   *
   * @param total 0 if unknown
   */
  public void progress(long done, long total, String unit) {
    synchronized (this) {
      Instant now = clock.instant();
      boolean tooSoon = now.isBefore(progressWritten.plus(PROGRESS_INTERVAL));
      if (tooSoon && done != total) {
        return;
      }
      progressWritten = now;
    }
    write(() -> store.noteProgress(job.id(), job.attempts(), Job.Progress.of(done, total, unit)));
  }

  synchronized List<Job.Step> steps() {
    return List.copyOf(steps);
  }

  synchronized List<Job.Step> finishStep(Job.Status how) {
    if (!steps.isEmpty() && steps.getLast().status() == Job.Status.RUNNING) {
      steps.add(steps.removeLast().ended(how, clock.instant()));
    }
    return steps();
  }

  /** Writes progress information; the job continues if that fails. */
  private void write(Runnable note) {
    try {
      note.run();
    } catch (RuntimeException e) {
      LOG.debugf(e, "progress could not be stored job=%s", job.id());
    }
  }
}
