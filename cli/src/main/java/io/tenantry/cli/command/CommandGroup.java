package io.tenantry.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Api;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Printer;
import io.tenantry.cli.output.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParentCommand;

/** The base class of commands for one kind of object. */
@RegisterForReflection
public abstract class CommandGroup {

  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  @ParentCommand public Tenantctl tenantctl;

  private @Nullable Platform platform;

  public final Platform platform() {
    if (platform == null) {
      platform = new Platform(tenantctl);
    }
    return platform;
  }

  public final Terminal terminal() {
    return tenantctl.terminal;
  }

  public final Printer printer() {
    return tenantctl.printer();
  }

  public final void say(String text) {
    terminal().say(text);
  }

  /** Prints each of the sentences in an answer. */
  public final void sayEach(String what, JsonNode sentences) {
    sentences.forEach(sentence -> say(what + ": " + Printer.line(sentence)));
  }

  /** Prints a list page by page. */
  public final void list(Api api, Target target, Paging paging, Columns columns) {
    paging.print(api, target, printer(), columns, terminal());
  }

  /**
   * The id of a tenant, given by id, by name, or as {@code ENVIRONMENT/NAME}.
   *
   * @throws CommandException if no tenant, or more than one, matches
   */
  public final String tenantId(String tenant) {
    if (UUID.matcher(tenant).matches()) {
      return tenant;
    }
    int slash = tenant.indexOf('/');
    String name = tenant.substring(slash + 1);
    Target target =
        Target.of("/api/v1/tenants")
            .with("environment", slash < 0 ? null : tenant.substring(0, slash))
            .with("name_prefix", name)
            .with("limit", Paging.LARGEST_PAGE);
    List<JsonNode> found = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      JsonNode page = platform().tenants().get(target.with("after", after.orElse(null)));
      page.path("items")
          .valueStream()
          .filter(item -> item.path("name").asText().equals(name))
          .forEach(found::add);
      after = Optional.ofNullable(page.path("next").asText(null));
    } while (after.isPresent());
    if (found.isEmpty()) {
      throw new CommandException(
          ExitCode.NOT_FOUND,
          "there is no tenant " + tenant,
          "tenantctl tenants list shows all tenants");
    }
    if (found.size() > 1) {
      throw CommandException.usage(
          "there are %d tenants %s: write %s"
              .formatted(
                  found.size(),
                  name,
                  String.join(
                      " or ",
                      found.stream()
                          .map(each -> each.path("environment").asText() + "/" + name)
                          .toList())));
    }
    return found.getFirst().path("tenant_id").asText();
  }

  /** {@link #tenantId} for an optional filter. */
  public final @Nullable String tenantIdOrNull(@Nullable String tenant) {
    return tenant == null ? null : tenantId(tenant);
  }
}
