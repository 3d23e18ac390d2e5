package io.tenantry.cli.command;

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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether and how long a command waits for work that goes on in a service. */
@RegisterForReflection
public final class Waiting {

  private static final long SHORTEST_PAUSE = 100;
  private static final long LONGEST_PAUSE = 1000;

  /** A service that restarts is away for less. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Option(names = "--wait", description = "wait until it is done, with progress")
  public boolean wait;

  @Option(
      names = "--wait-for",
      paramLabel = "TIME",
      description = "wait at most so long, such as 10m; implies --wait")
  public @Nullable Duration limit;

  public boolean isAsked() {
    return wait || limit != null;
  }

  /** A job as it ended; one that failed is an error. */
  public JsonNode job(Api api, JsonNode job, Terminal terminal) {
    String id = job.path("id").asText();
    JsonNode ended =
        until(
            new Subject(job.path("type").asText(), "tenantctl jobs wait " + id),
            () -> api.get(Target.of("/api/v1/jobs/{}", id)),
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

  private static boolean isEnd(String status) {
    return switch (status) {
      case "completed", "failed", "cancelled" -> true;
      default -> false;
    };
  }

  /**
   * What is waited for.
   *
   * @param again the command that waits for the same, for whom is interrupted
   */
  public record Subject(String what, String again) {}

  /**
   * How far it is.
   *
   * @param total 0 where it is not known
   * @param unit what is counted
   */
  public record View(String phase, long done, long total, String unit) {

    /** How far a job is; of whatever else, its status. */
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
   * Looks again and again until a thing is as it should be.
   *
   * @param look how to look
   * @param first how it was last seen
   * @param view how far it is
   */
  public JsonNode until(
      Subject subject,
      Supplier<JsonNode> look,
      JsonNode first,
      Function<JsonNode, View> view,
      Predicate<JsonNode> done,
      Terminal terminal) {
    long began = System.nanoTime();
    long heard = began;
    long pause = SHORTEST_PAUSE;
    JsonNode state = first;
    Thread hint =
        new Thread(
            () -> terminal.say("\nIt goes on in the service. To wait again: " + subject.again()));
    Runtime.getRuntime().addShutdownHook(hint);
    try (Progress progress = new Progress(terminal, subject.what())) {
      while (true) {
        View now = view.apply(state);
        progress.update(now.phase(), now.done(), now.total(), now.unit());
        if (done.test(state)) {
          return state;
        }
        if (limit != null && System.nanoTime() - began > limit.toNanos()) {
          throw new CommandException(
              ExitCode.UNREACHABLE,
              subject.what() + " is not done within " + limit.toSeconds() + " s; it goes on",
              subject.again());
        }
        pause(pause);
        pause = Math.min(LONGEST_PAUSE, pause + pause / 4);
        try {
          state = look.get();
          heard = System.nanoTime();
        } catch (UnreachableException | ApiException e) {
          boolean transientProblem =
              e instanceof UnreachableException || ((ApiException) e).status() == 503;
          if (!transientProblem || System.nanoTime() - heard > PATIENCE.toNanos()) {
            throw e;
          }
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
      // The process ends already, and the hook runs.
    }
  }

  public static void pause(long millis) {
    try {
      Thread.sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.FAILURE, "interrupted");
    }
  }
}
