package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.runtime.Maps;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Records the progress of the steps of one provisioning, and notifies its listener. */
final class StepLog {

  private final Clock clock;
  private final Consumer<List<Job.Step>> stepListener;
  private final Map<StepName, Job.Step> steps = new EnumMap<>(StepName.class);

  StepLog(Clock clock, Consumer<List<Job.Step>> stepListener) {
    this.clock = clock;
    this.stepListener = stepListener;
  }

  /** Records that a step starts or is retried. */
  synchronized void start(StepName name) {
    Job.Step previous = steps.get(name);
    steps.put(
        name,
        new Job.Step(
            name.toString(),
            Job.Status.RUNNING,
            previous == null ? 1 : previous.attempts() + 1,
            previous == null ? clock.instant() : previous.startedAt(),
            Optional.empty()));
    stepListener.accept(List.copyOf(steps.values()));
  }

  /** Records that a step completed or failed. */
  synchronized Job.Step finish(StepName name, Job.Status how) {
    Job.Step finished = step(name).ended(how, clock.instant());
    steps.put(name, finished);
    stepListener.accept(List.copyOf(steps.values()));
    return finished;
  }

  /** The completed steps, and this step as if it were completed. */
  synchronized List<Job.Step> completedWith(StepName last) {
    return Stream.concat(
            completed().stream(),
            Stream.of(step(last).ended(Job.Status.COMPLETED, clock.instant())))
        .toList();
  }

  /** The number of attempts of a step. */
  synchronized int attempts(StepName name) {
    return step(name).attempts();
  }

  private Job.Step step(StepName name) {
    return Maps.require(steps, name);
  }

  /** The completed steps. */
  synchronized List<Job.Step> completed() {
    return steps.values().stream().filter(step -> step.status() == Job.Status.COMPLETED).toList();
  }
}
