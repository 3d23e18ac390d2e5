package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.job.Job;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What the steps of one provisioning do, told as it happens to whoever follows it. */
final class StepLog {

  private final Clock clock;
  private final Consumer<List<Job.Step>> stepListener;
  private final Map<StepName, Job.Step> steps = new EnumMap<>(StepName.class);

  StepLog(Clock clock, Consumer<List<Job.Step>> stepListener) {
    this.clock = clock;
    this.stepListener = stepListener;
  }

  /** A step begins, or is tried again. */
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

  /** A step ends. */
  synchronized Job.Step finish(StepName name, Job.Status how) {
    Job.Step finished = steps.get(name).ended(how, clock.instant());
    steps.put(name, finished);
    stepListener.accept(List.copyOf(steps.values()));
    return finished;
  }

  /** The steps that are done, and this one as if it were. */
  synchronized List<Job.Step> completedWith(StepName last) {
    Job.Step step = steps.get(last);
    return Stream.concat(
            completed().stream(), Stream.of(step.ended(Job.Status.COMPLETED, clock.instant())))
        .toList();
  }

  /** How often a step was tried. */
  synchronized int attempts(StepName name) {
    return steps.get(name).attempts();
  }

  /** The steps that are done. */
  synchronized List<Job.Step> completed() {
    return steps.values().stream().filter(step -> step.status() == Job.Status.COMPLETED).toList();
  }
}
