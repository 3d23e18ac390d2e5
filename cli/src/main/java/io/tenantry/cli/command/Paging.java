package io.tenantry.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Api;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Printer;
import io.tenantry.cli.output.Terminal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The paging options of lists. Pages are fetched and printed one by one. */
@RegisterForReflection
public final class Paging {

  /** The largest page size of the services. */
  public static final int LARGEST_PAGE = 500;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  private int limit = 50;

  @Option(names = "--all", description = "the whole list")
  public boolean all;

  @Option(names = "--after", paramLabel = "KEY", description = "start after this key")
  public @Nullable String after;

  @Option(names = "--limit", paramLabel = "N", description = "the maximum number; 50 if not given")
  public void limit(int number) {
    if (number < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be 1 or more");
    }
    limit = number;
  }

  /** The limit for lists that combine several services. */
  public int first() {
    return Math.min(limit, LARGEST_PAGE);
  }

  public void print(Api api, Target target, Printer printer, Columns columns, Terminal terminal) {
    long wanted = all ? Long.MAX_VALUE : limit;
    Optional<String> next = Optional.ofNullable(after);
    JsonNode page = page(api, target, wanted, next);
    try (Printer.Rows rows = printer.rows(columns)) {
      while (true) {
        page.path("items").forEach(rows::add);
        rows.pageEnds();
        wanted -= page.path("items").size();
        next = Optional.ofNullable(page.path("next").asText(null));
        // The reader may have closed the pipe, as head(1) does.
        if (next.isEmpty() || wanted <= 0 || terminal.out().checkError()) {
          break;
        }
        page = page(api, target, wanted, next);
      }
      rows.rest(next);
    }
    next.ifPresent(key -> terminal.say("More items: --all, or --after " + key));
  }

  private static JsonNode page(Api api, Target target, long wanted, Optional<String> after) {
    return api.get(
        target.with("limit", Math.min(LARGEST_PAGE, wanted)).with("after", after.orElse(null)));
  }
}
