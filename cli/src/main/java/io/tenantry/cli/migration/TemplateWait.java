package io.tenantry.cli.migration;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.output.Progress;
import io.tenantry.cli.output.Terminal;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Waits for a golden template. Migrations need the one of their target version, which is built in
 * the background after a blueprint was pushed.
 */
final class TemplateWait {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final long PAUSE = 500;

  private TemplateWait() {}

  /** Repeats a request until the template exists, for at most a minute. */
  static JsonNode ask(Terminal terminal, Supplier<JsonNode> question) {
    long started = System.nanoTime();
    try (Progress progress = new Progress(terminal, "golden template")) {
      while (true) {
        try {
          return question.get();
        } catch (ApiException e) {
          if (!e.code().equals("GOLDEN_TEMPLATE_MISSING")
              || System.nanoTime() - started > LIMIT.toNanos()) {
            throw e;
          }
          progress.update("is being built", 0, 0, "");
          Waiting.pause(PAUSE);
        }
      }
    }
  }
}
