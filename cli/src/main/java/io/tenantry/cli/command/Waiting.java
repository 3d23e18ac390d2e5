package io.tenantry.cli.command;

import static java.time.temporal.ChronoUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Api;
import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.api.UnreachableException;
import io.tenantry.cli.output.Progress;
import io.tenantry.cli.output.Terminal;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for waiting until an operation of a service is finished. */
@RegisterForReflection
public final class Waiting {

  private static final long SHORTEST_PAUSE = 100;
  private static final long LONGEST_PAUSE = 1000;

  /**
   * The time that a service holds a request until the operation ends; progress is shown after it.
   */
  private static final Duration HELD = Duration.ofSeconds(2);

  /** Longer than a restart of a service takes. */
  private static final Duration UNREACHABLE_LIMIT = Duration.ofSeconds(30);

  @Option(names = "--wait", description = "wait until it is finished and show progress")
  public boolean wait;

  @Option(
      names = "--wait-for",
      paramLabel = "TIME",
      description = "the timeout for waiting, such as 10m; implies --wait")
  public @Nullable Duration limit;

  public boolean isAsked() {
    return wait || limit != null;
  }

  /** Waits for a job and returns it; a failed job is an error. */
  public JsonNode job(Api api, JsonNode job, Terminal terminal) {
    String id = job.path("id").asText();
    JsonNode ended =
        until(
            new Subject(job.path("type").asText(), "tenantctl jobs wait " + id),
            held -> get(api, Target.of("/api/v1/jobs/{}", id), held),
            job,
            View::ofJob,
            state -> isEnd(state.path("status").asText()),
            terminal);
    if (!ended.path("status").asText().equals("completed")) {
      JsonNode error = ended.path("error");
      throw new CommandException(
          ExitCode.FAILURE,
          "job %s (%s) is %s%s"
              .formatted(
                  id,
                  ended.path("type").asText(),
                  ended.path("status").asText(),
                  error.isObject()
                      ? ": %s (%s)"
                          .formatted(error.path("message").asText(), error.path("code").asText())
                      : ""),
          "tenantctl jobs show " + id);
    }
    return ended;
  }

  /**
   * Shows an object when its operation has ended, or this time is over; at once if the service is
   * an older one.
   */
  public static JsonNode get(Api api, Target target, Duration held) {
    return held.isZero()
        ? api.get(target)
        : api.withMoreTime(held).get(target.with("wait", held.toSeconds()));
  }

  private static boolean isEnd(String status) {
    return switch (status) {
      case "completed", "failed", "cancelled" -> true;
      default -> false;
    };
  }

  /**
   * The operation to wait for.
   *
   * @param again the command that continues waiting after an interruption
   */
  public record Subject(String what, String again) {}

  /**
   * The progress of the operation.
   *
   * @param total 0 if unknown
   * @param unit what is counted
   */
  public record View(String phase, long done, long total, String unit) {

    /** The progress of a job; for anything else, its status. */
    public static View ofJob(JsonNode job) {
      JsonNode counted = job.path("progress");
      JsonNode steps = job.path("steps");
      String step = steps.isEmpty() ? "" : steps.get(steps.size() - 1).path("name").asText();
      String status = job.path("status").asText();
      return new View(
          step.isEmpty() || isEnd(status) ? status : step,
          counted.path("done").asLong(),
          counted.path("total").asLong(),
          counted.path("unit").asText("done"));
    }
  }

  /**
   * Waits until a condition holds.
   *
   * @param look fetches the state, within this time: at once, or as soon as the operation has ended
   * @param first the last known state
   * @param view extracts the progress
   */
  public JsonNode until(
      Subject subject,
      Function<Duration, JsonNode> look,
      JsonNode first,
      Function<JsonNode, View> view,
      Predicate<JsonNode> done,
      Terminal terminal) {
    long started = System.nanoTime();
    long heard = started;
    long pause = SHORTEST_PAUSE;
    JsonNode state = first;
    Thread hint =
        new Thread(
            () ->
                terminal.say(
                    "\nThe operation continues in the service. To wait again: " + subject.again()));
    Runtime.getRuntime().addShutdownHook(hint);
    try (Progress progress = new Progress(terminal, subject.what())) {
      while (true) {
        View now = view.apply(state);
        progress.update(now.phase(), now.done(), now.total(), now.unit());
        if (done.test(state)) {
          return state;
        }
        long asked = System.nanoTime();
        Duration held = HELD;
        if (limit != null) {
          Duration left = limit.minusNanos(asked - started);
          if (left.isNegative()) {
            throw new CommandException(
                ExitCode.UNREACHABLE,
                subject.what() + " not finished within " + limit.toSeconds() + " s; it continues",
                subject.again());
          }
          held = left.compareTo(HELD) < 0 ? left.truncatedTo(SECONDS) : HELD;
        }
        try {
          state = look.apply(held);
          heard = System.nanoTime();
        } catch (UnreachableException | ApiException e) {
          boolean transientProblem =
              e instanceof UnreachableException || ((ApiException) e).status() == 503;
          if (!transientProblem || System.nanoTime() - heard > UNREACHABLE_LIMIT.toNanos()) {
            throw e;
          }
        }
        if (!done.test(state)) {
          // An older service answers at once.
          pause(pause - Duration.ofNanos(System.nanoTime() - asked).toMillis());
          pause = Math.min(LONGEST_PAUSE, pause + pause / 4);
        }
      }
    } finally {
      removeHook(hint);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is already exiting, and the hook runs.
    }
  }

  public static void pause(long millis) {
    try {
      Thread.sleep(Duration.ofMillis(Math.max(0, millis)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.FAILURE, "interrupted");
    }
  }
}
