package io.tenantry.kernel.job;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** An attempt at a job, for its handler: the job's data, and methods to report progress. */
public final class RunningJob {

  private static final Logger LOG = Logger.getLogger(RunningJob.class);

  /**
   * Steps and progress are for people: what changes within this time is written once, and at the
   * end of the attempt.
   */
  private static final Duration NOTE_INTERVAL = Duration.ofMillis(100);

  private final JobStore.Stored job;
  private final JobStore store;
  private final Clock clock;
  private final List<Job.Step> steps = new ArrayList<>();
  private Optional<Job.Progress> progress = Optional.empty();
  private boolean noting;
  private boolean ended;

  RunningJob(JobStore.Stored job, JobStore store, Clock clock) {
    this.job = job;
    this.store = store;
    this.clock = clock;
  }

  /** What an attempt has reported so far. */
  record Notes(List<Job.Step> steps, Optional<Job.Progress> progress) {}

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
    note();
  }

  /** Replaces the steps, for jobs whose steps run in parallel or are retried. */
  public synchronized void steps(List<Job.Step> current) {
    steps.clear();
    steps.addAll(current);
    note();
  }

  /**
   * Reports the attempt's progress.
   *
   * @param total 0 if unknown
   */
  public synchronized void progress(long done, long total, String unit) {
    progress = Optional.of(Job.Progress.of(done, total, unit));
    note();
  }

  private void note() {
    ended = false;
    if (!noting) {
      noting = true;
      Thread.ofVirtual().name("notes-" + job.id()).start(this::writeNotes);
    }
  }

  /** The job continues if that fails. */
  private void writeNotes() {
    try {
      Thread.sleep(NOTE_INTERVAL);
      Notes now;
      synchronized (this) {
        noting = false;
        if (ended) {
          return;
        }
        now = notes();
      }
      store.note(job.id(), job.attempts(), now);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.debugf(e, "progress could not be stored job=%s", job.id());
    }
  }

  private Notes notes() {
    return new Notes(List.copyOf(steps), progress);
  }

  synchronized List<Job.Step> steps() {
    return List.copyOf(steps);
  }

  /** Ends the last step if it is running. The caller stores the result, with the attempt's end. */
  synchronized Notes end(Job.Status how) {
    finishStep(how);
    ended = true;
    return notes();
  }

  private void finishStep(Job.Status how) {
    if (!steps.isEmpty() && steps.getLast().status() == Job.Status.RUNNING) {
      steps.add(steps.removeLast().ended(how, clock.instant()));
    }
  }
}
