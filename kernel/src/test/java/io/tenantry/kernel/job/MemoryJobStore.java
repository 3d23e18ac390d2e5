package io.tenantry.kernel.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** One job, kept as {@link JobStore} keeps them: an attempt writes only while it is the newest. */
final class MemoryJobStore extends JobStore {

  private Stored job;
  private final List<Job.Step> steps = new ArrayList<>();

  MemoryJobStore(Stored job) {
    super(null, new ObjectMapper());
    this.job = job;
  }

  Stored job() {
    return job;
  }

  List<Job.Step> steps() {
    return List.copyOf(steps);
  }

  /** Changes it as another replica does. */
  void become(Job.Status status, int attempts) {
    job =
        new Stored(
            job.id(),
            job.type(),
            job.tenantId(),
            status,
            attempts,
            job.data(),
            job.error(),
            job.createdAt());
  }

  @Override
  Optional<Stored> load(UUID id) {
    return Optional.of(job).filter(stored -> stored.id().equals(id));
  }

  @Override
  boolean start(UUID id, int attempt, Instant now) {
    boolean begins = job.status() == Job.Status.PENDING || job.status() == Job.Status.RUNNING;
    if (begins) {
      become(Job.Status.RUNNING, attempt);
    }
    return begins;
  }

  @Override
  void note(UUID id, int attempt, RunningJob.Notes notes) {
    write(attempt, notes.steps(), job.status(), attempt, job.error());
  }

  @Override
  void complete(
      UUID id, int attempt, RunningJob.Notes notes, Optional<Object> result, Instant now) {
    write(attempt, notes.steps(), Job.Status.COMPLETED, attempt, Optional.empty());
  }

  @Override
  void postpone(UUID id, int attempt, List<Job.Step> current, Instant due) {
    write(attempt, current, Job.Status.PENDING, attempt - 1, job.error());
  }

  @Override
  void retry(UUID id, int attempt, List<Job.Step> current, Job.Failure error, Instant due) {
    write(attempt, current, Job.Status.PENDING, attempt, Optional.of(error));
  }

  @Override
  void fail(UUID id, int attempt, List<Job.Step> current, Job.Failure error, Instant now) {
    write(attempt, current, Job.Status.FAILED, attempt, Optional.of(error));
  }

  private void write(
      int attempt,
      List<Job.Step> current,
      Job.Status status,
      int attempts,
      Optional<Job.Failure> error) {
    if (attempt != job.attempts()) {
      return;
    }
    steps.clear();
    steps.addAll(current);
    job =
        new Stored(
            job.id(),
            job.type(),
            job.tenantId(),
            status,
            attempts,
            job.data(),
            error,
            job.createdAt());
  }
}
