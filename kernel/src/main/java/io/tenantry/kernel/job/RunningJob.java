package io.tenantry.kernel.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** An attempt at a job, for its handler: what to do, and a place to tell how it goes. */
public final class RunningJob {

  private static final Logger LOG = Logger.getLogger(RunningJob.class);

  /** Progress is for people: no need to tell it more often. */
  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

  private final JobStore.Stored job;
  private final JobStore store;
  private final Clock clock;
  private final List<Job.Step> steps = new ArrayList<>();
  private Instant progressTold = Instant.MIN;

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

  /** Whom it is about. */
  public UUID tenantId() {
    return job.tenantId().orElseThrow();
  }

  /** 1 for the first attempt; attempts that were interrupted or postponed do not count. */
  public int attempt() {
    return job.attempts();
  }

  /** What the job was given. */
  public <T> T data(Class<T> type) {
    return store.read(job.data(), type);
  }

  /** Begins a step; the one before is completed. */
  public synchronized void step(String name) {
    endStep(Job.Status.COMPLETED);
    steps.add(new Job.Step(name, Job.Status.RUNNING, 1, clock.instant(), Optional.empty()));
    tellSteps();
  }

  /** Shows these steps, where several are done at the same time or tried again. */
  public synchronized void steps(List<Job.Step> current) {
    steps.clear();
    steps.addAll(current);
    tellSteps();
  }

  private void tellSteps() {
    tell(() -> store.noteSteps(job.id(), job.attempts(), steps()));
  }

  /**
   * Tells how far the attempt is.
   *
   * @param total 0 if it is not known
   */
  public void progress(long done, long total, String unit) {
    synchronized (this) {
      Instant now = clock.instant();
      boolean tooSoon = now.isBefore(progressTold.plus(PROGRESS_INTERVAL));
      if (tooSoon && done != total) {
        return;
      }
      progressTold = now;
    }
    tell(() -> store.noteProgress(job.id(), job.attempts(), Job.Progress.of(done, total, unit)));
  }

  synchronized List<Job.Step> steps() {
    return List.copyOf(steps);
  }

  synchronized List<Job.Step> endStep(Job.Status how) {
    if (!steps.isEmpty() && steps.getLast().status() == Job.Status.RUNNING) {
      steps.add(steps.removeLast().ended(how, clock.instant()));
    }
    return steps();
  }

  /** News for whoever looks; without it the work goes on all the same. */
  private void tell(Runnable note) {
    try {
      note.run();
    } catch (RuntimeException e) {
      LOG.debugf(e, "job=%s progress could not be noted", job.id());
    }
  }
}
