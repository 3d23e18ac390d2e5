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

/** What the steps of one provisioning do, told as it happens to whoever follows it. */
final class StepLog {

  private final Clock clock;
  private final Consumer<List<Job.Step>> follower;
  private final Map<StepName, Job.Step> steps = new EnumMap<>(StepName.class);

  StepLog(Clock clock, Consumer<List<Job.Step>> follower) {
    this.clock = clock;
    this.follower = follower;
  }

  /** A step begins, or is tried again. */
  synchronized void begun(StepName name) {
    Job.Step former = steps.get(name);
    steps.put(
        name,
        new Job.Step(
            name.toString(),
            Job.Status.RUNNING,
            former == null ? 1 : former.attempts() + 1,
            former == null ? clock.instant() : former.startedAt(),
            Optional.empty()));
    follower.accept(List.copyOf(steps.values()));
  }

  /** A step ends. */
  synchronized Job.Step ended(StepName name, Job.Status how) {
    Job.Step ended = step(name).ended(how, clock.instant());
    steps.put(name, ended);
    follower.accept(List.copyOf(steps.values()));
    return ended;
  }

  /** The steps that are done, and this one as if it were. */
  synchronized List<Job.Step> completedWith(StepName last) {
    return Stream.concat(
            completed().stream(),
            Stream.of(step(last).ended(Job.Status.COMPLETED, clock.instant())))
        .toList();
  }

  /** How often a step was tried. */
  synchronized int attempts(StepName name) {
    return step(name).attempts();
  }

  private Job.Step step(StepName name) {
    return Maps.require(steps, name);
  }

  /** The steps that are done. */
  synchronized List<Job.Step> completed() {
    return steps.values().stream().filter(step -> step.status() == Job.Status.COMPLETED).toList();
  }
}
