package io.tenantry.cli.platform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Secrets;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.command.Platform;
import io.tenantry.cli.command.Secret;
import io.tenantry.cli.context.ContextFile;
import io.tenantry.cli.context.Setting;
import io.tenantry.cli.context.Settings;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Printer;
import io.tenantry.cli.output.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class ContextCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "CONTEXT name",
          "CURRENT current yes",
          "TENANT_URL tenant_url",
          "INGESTION_URL ingestion_url",
          "BACKUP_URL backup_url",
          "KEY key");

  /** The URLs of the services. */
  @RegisterForReflection
  static final class Addresses {

    @Option(names = "--url", description = "URL of all three services, behind one gateway")
    @Nullable String url;

    @Option(names = "--tenant-url", paramLabel = "URL", description = "URL of tenant-service")
    @Nullable String tenant;

    @Option(names = "--ingestion-url", paramLabel = "URL", description = "URL of ingestion-service")
    @Nullable String ingestion;

    @Option(names = "--backup-url", paramLabel = "URL", description = "URL of backup-service")
    @Nullable String backup;

    private void putInto(Map<Setting, String> values) {
      put(values, Setting.TENANT_URL, tenant, url);
      put(values, Setting.INGESTION_URL, ingestion, url);
      put(values, Setting.BACKUP_URL, backup, url);
    }
  }

  /** The admin key, or the file to read it from. */
  @RegisterForReflection
  static final class AdminKey {

    @Option(
        names = "--key",
        description = "the admin key; visible to other users of this machine, so prefer --key-file")
    @Nullable String key;

    @Option(
        names = "--key-file",
        paramLabel = "FILE",
        description = "the file with the admin key; - for standard input")
    @Nullable String file;

    private @Nullable String read(Terminal terminal) {
      return Secret.read(Optional.ofNullable(file), terminal).orElse(key);
    }
  }

  @Command(
      description = "Add or change a context and make it the current one",
      footer = {
        "  tenantctl context set local --from-environment",
        "  tenantctl context set prod --url https://tenantry.example.com --key-file admin.key",
        "  tenantctl context set prod --trust-file ca.pem"
      })
  void set(
      @Parameters(paramLabel = "NAME", description = "the context") String name,
      @Mixin Addresses addresses,
      @Mixin AdminKey key,
      @Option(
              names = "--trust-file",
              paramLabel = "FILE",
              description = "trusted certificates in PEM, instead of the machine's")
          @Nullable Path trust,
      @Option(
              names = "--answer-within",
              paramLabel = "TIME",
              description = "timeout for an answer; 60s if not given")
          @Nullable Duration timeout,
      @Option(names = "--from-environment", description = "from TENANT_URL and the others")
          boolean fromEnvironment) {
    ContextFile file = ContextFile.read(terminal());
    Map<Setting, String> values =
        file.find(name).map(EnumMap::new).orElseGet(() -> new EnumMap<>(Setting.class));
    if (fromEnvironment) {
      values.putAll(Settings.environment(terminal()));
    }
    addresses.putInto(values);
    put(values, Setting.KEY, key.read(terminal()));
    if (trust != null) {
      if (!Files.isReadable(trust)) {
        throw CommandException.usage("there is no file " + trust);
      }
      values.put(Setting.TRUST_FILE, trust.toAbsolutePath().toString());
    }
    put(values, Setting.TIMEOUT, timeout == null ? null : timeout.toMillis() + "ms");
    for (Setting address : List.of(Setting.TENANT_URL, Setting.INGESTION_URL, Setting.BACKUP_URL)) {
      if (!values.containsKey(address)) {
        throw CommandException.usage(
            "the context needs %s: give --url, --%s or --from-environment"
                .formatted(address.key(), address.key().replace('_', '-')));
      }
      Platform.uri(address.key(), values.get(address));
    }
    file.put(name, values);
    file.use(name);
    file.write();
    say("Context " + name + " is the current one, stored in " + file.file() + ".");
  }

  private static void put(Map<Setting, String> values, Setting setting, @Nullable String... given) {
    for (String value : given) {
      if (value != null) {
        values.put(setting, value);
        return;
      }
    }
  }

  @Command(description = "List the contexts", footer = "  tenantctl context list")
  void list() {
    ContextFile file = ContextFile.read(terminal());
    try (Printer.Rows rows = printer().rows(COLUMNS)) {
      file.names().forEach(name -> rows.add(view(file, name)));
    }
  }

  private static ObjectNode view(ContextFile file, String name) {
    ObjectNode view = Json.MAPPER.createObjectNode();
    view.put("name", name);
    view.put("current", file.current().filter(name::equals).isPresent());
    file.find(name)
        .orElseThrow()
        .forEach((setting, value) -> view.put(setting.key(), shown(setting, value)));
    return view;
  }

  private static String shown(Setting setting, String value) {
    return setting == Setting.KEY ? Secrets.mask(value) : value;
  }

  @Command(
      description = "Show the effective settings: the current context and the environment",
      footer = "  tenantctl context show")
  void show() {
    Settings settings = Settings.of(Optional.ofNullable(tenantctl.context), terminal());
    ObjectNode view = Json.MAPPER.createObjectNode();
    view.put("source", settings.source().isEmpty() ? "nothing" : settings.source());
    settings.values().forEach((setting, value) -> view.put(setting.key(), shown(setting, value)));
    printer().details(view, Columns.of("SOURCE source"));
  }

  @Command(description = "Make a context the current one", footer = "  tenantctl context use prod")
  void use(@Parameters(paramLabel = "NAME", description = "the context") String name) {
    ContextFile file = existing(name);
    file.use(name);
    file.write();
    say("Context " + name + " is the current one.");
  }

  @Command(
      description = "Delete a context with its key",
      footer = "  tenantctl context delete prod --yes")
  void delete(
      @Parameters(paramLabel = "NAME", description = "the context") String name,
      @Mixin Confirmation confirmation) {
    ContextFile file = existing(name);
    confirmation.require(terminal(), "This deletes context " + name + " with its key.");
    file.remove(name);
    file.write();
    say("Context " + name + " deleted.");
  }

  private ContextFile existing(String name) {
    ContextFile file = ContextFile.read(terminal());
    if (file.find(name).isEmpty()) {
      throw new CommandException(
          ExitCode.NOT_FOUND,
          "there is no context " + name,
          "tenantctl context list shows all contexts");
    }
    return file;
  }
}
