package io.tenantry.cli.migration;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.output.Progress;
import io.tenantry.cli.output.Terminal;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Migrations need the golden template of the version they lead to, which is made in the background
 * after a blueprint is pushed: who comes a moment too early waits for it.
 */
final class TemplateWait {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final long PAUSE = 500;

  private TemplateWait() {}

  /** Asks until the template is there, or for a minute. */
  static JsonNode ask(Terminal terminal, Supplier<JsonNode> question) {
    long began = System.nanoTime();
    try (Progress progress = new Progress(terminal, "golden template")) {
      while (true) {
        try {
          return question.get();
        } catch (ApiException e) {
          if (!e.code().equals("GOLDEN_TEMPLATE_MISSING")
              || System.nanoTime() - began > LIMIT.toNanos()) {
            throw e;
          }
          progress.update("is being made", 0, 0, "");
          Waiting.pause(PAUSE);
        }
      }
    }
  }
}
