package io.tenantry.cli.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class BlueprintCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "BLUEPRINT name",
          "VERSION version",
          "CURRENT current yes",
          "SHIPPED shipped yes",
          "ACCEPTED accepted_at time");
  private static final Columns CHECKED =
      Columns.of("BLUEPRINT name", "VERSION version", "NEW new yes");
  private static final Pattern NAME = Pattern.compile("(?m)^name: *[\"']?([^\"'#\\s]+)");

  @Command(
      description =
          "List blueprints, each with its current version, from which new tenants are created",
      footer = "  tenantctl blueprints list")
  void list() {
    printer().list(platform().tenants().get(Target.of("/api/v1/blueprints")), COLUMNS);
  }

  @Command(
      description = "Show a blueprint with its versions and files, or write the files to a folder",
      footer = {
        "  tenantctl blueprints show car",
        "  tenantctl blueprints show car --version 8f2c135c5fe5 --to car/"
      })
  void show(
      @Parameters(paramLabel = "NAME", description = "the blueprint") String name,
      @Option(
              names = "--version",
              paramLabel = "HASH",
              description = "this version instead of the current one")
          @Nullable String version,
      @Option(names = "--to", paramLabel = "FOLDER", description = "write the files to this folder")
          @Nullable Path folder) {
    JsonNode blueprint =
        platform().tenants().get(Target.of("/api/v1/blueprints/{}", name).with("version", version));
    if (folder != null) {
      write(blueprint.path("files"), folder);
    } else if (printer().format() == Format.TABLE) {
      printer().list(Json.body().with("items", blueprint.path("versions")).node(), COLUMNS);
      blueprint
          .path("files")
          .propertyStream()
          .forEach(
              file ->
                  terminal().out().printf("%n--- %s%n%s", file.getKey(), file.getValue().asText()));
      terminal().flush();
      if (blueprint.hasNonNull("own_data_from")) {
        say(
            "From %s on, migrations run in each new tenant, because their data depends on time or randomness."
                .formatted(blueprint.path("own_data_from").asText()));
      }
    } else {
      printer().details(blueprint, COLUMNS);
    }
  }

  private void write(JsonNode files, Path folder) {
    files
        .propertyStream()
        .forEach(
            file -> {
              Path path = folder.resolve(file.getKey()).normalize();
              if (!path.startsWith(folder.normalize())) {
                throw new CommandException(
                    ExitCode.FAILURE, "the file " + file.getKey() + " would be outside the folder");
              }
              try {
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue().asText());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    say(files.size() + " files written to " + folder + ".");
  }

  @Command(
      description = "Push a blueprint's folder as a new version, which becomes the current one",
      footer = "  tenantctl blueprints push shop/")
  void push(
      @Parameters(
              paramLabel = "FOLDER",
              description = "with blueprint.yaml and migrations/V1__….sql")
          Path folder) {
    Map<String, String> files = read(folder);
    JsonNode pushed =
        platform()
            .tenants()
            .put(
                Target.of("/api/v1/blueprints/{}", nameIn(files, folder)),
                Json.body().with("files", files));
    printer().row(pushed, COLUMNS);
    sayWarnings(pushed);
  }

  private void sayWarnings(JsonNode checked) {
    checked.path("warnings").forEach(warning -> say("Warning: " + warning.asText()));
  }

  @Command(
      description =
          "Validate a blueprint's folder, including its SQL on a scratch database, and store nothing",
      footer = "  tenantctl blueprints validate shop/")
  void validate(
      @Parameters(
              paramLabel = "FOLDER",
              description = "with blueprint.yaml and migrations/V1__….sql")
          Path folder) {
    Map<String, String> files = read(folder);
    JsonNode checked =
        platform()
            .tenants()
            .post(
                Target.of("/api/v1/blueprints/{}/validate", nameIn(files, folder)),
                Json.body().with("files", files));
    printer().row(checked, CHECKED);
    sayWarnings(checked);
  }

  private static String nameIn(Map<String, String> files, Path folder) {
    String yaml = files.get("blueprint.yaml");
    if (yaml == null) {
      throw CommandException.usage("there is no blueprint.yaml in " + folder);
    }
    Matcher name = NAME.matcher(yaml);
    if (!name.find()) {
      throw CommandException.usage("blueprint.yaml in " + folder + " has no name");
    }
    return name.group(1);
  }

  private static Map<String, String> read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw CommandException.usage("there is no folder " + folder);
    }
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        // Files of editors and version control are ignored.
        if (name.startsWith(".") || name.contains("/.") || name.endsWith("~")) {
          continue;
        }
        files.put(name, text(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (MalformedInputException e) {
      throw CommandException.usage(file + " is not UTF-8 text");
    }
  }
}
