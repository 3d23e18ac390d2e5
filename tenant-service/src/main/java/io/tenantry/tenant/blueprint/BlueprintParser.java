package io.tenantry.tenant.blueprint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.json.JsonLimits;
import io.tenantry.kernel.problem.FieldError;
import io.tenantry.kernel.problem.InvalidRequest;
import io.tenantry.kernel.problem.JsonBodyReader;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.flywaydb.core.api.MigrationVersion;

/** Reads a blueprint from its files, and names everything that is wrong with them at once. */
@Singleton
final class BlueprintParser {

  private static final Pattern MIGRATION =
      Pattern.compile(
          "([VU][0-9]{1,18}([._][0-9]{1,18}){0,5}|R)__[A-Za-z0-9_]{1,150}\\.sql(\\.conf)?");

  private static final Pattern CONFIG =
      Pattern.compile("\\s*executeInTransaction\\s*=\\s*(true|false)\\s*");

  private static final String DEFAULT_LOCALE = "C.UTF-8";

  private final ObjectMapper yaml;
  private final ObjectMapper json;
  private final JsonBodyReader reader;

  BlueprintParser(ObjectMapper json, JsonBodyReader reader) {
    this.json = json;
    this.yaml =
        json.copyWith(new YAMLFactory()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    this.reader = reader;
  }

  /**
   * The blueprint that these files are.
   *
   * @throws InvalidRequest with every field and file that is wrong
   */
  Blueprint parse(BlueprintFiles files) {
    List<FieldError> errors = new ArrayList<>();
    Optional<BlueprintYaml> parsed = parseYaml(files, errors);
    checkFiles(files, errors);
    if (!errors.isEmpty()) {
      throw new InvalidRequest(errors);
    }
    return blueprint(parsed.orElseThrow(), files);
  }

  /**
   * The file {@code blueprint.yaml}.
   *
   * @throws InvalidRequest with every field that is wrong
   */
  BlueprintYaml parseYaml(BlueprintFiles files) {
    List<FieldError> errors = new ArrayList<>();
    Optional<BlueprintYaml> parsed = parseYaml(files, errors);
    return parsed.filter(yaml -> errors.isEmpty()).orElseThrow(() -> new InvalidRequest(errors));
  }

  private Optional<BlueprintYaml> parseYaml(BlueprintFiles files, List<FieldError> errors) {
    String file = file(BlueprintFiles.YAML);
    String text = files.contents().get(BlueprintFiles.YAML);
    if (text == null) {
      errors.add(new FieldError(file, "is required"));
      return Optional.empty();
    }
    try {
      JsonNode tree = yaml.readTree(text);
      if (!tree.isObject()) {
        errors.add(new FieldError(file, "must be a YAML mapping"));
        return Optional.empty();
      }
      BlueprintYaml parsed = reader.read(json.writeValueAsBytes(tree), BlueprintYaml.class);
      if (parsed.isolation() == Isolation.SCHEMA && parsed.locale() != null) {
        errors.add(new FieldError(file + ".locale", "is that of the database the tenants share"));
      }
      return Optional.of(parsed);
    } catch (InvalidRequest e) {
      e.errors().stream()
          .map(error -> new FieldError(file + "." + error.field(), error.message()))
          .forEach(errors::add);
    } catch (StreamConstraintsException e) {
      errors.add(new FieldError(file, JsonLimits.describe(e)));
    } catch (JsonProcessingException e) {
      errors.add(new FieldError(file, "is no YAML" + line(e)));
    }
    return Optional.empty();
  }

  private static String line(JsonProcessingException e) {
    return e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
  }

  private static void checkFiles(BlueprintFiles files, List<FieldError> errors) {
    Set<MigrationVersion> versions = new HashSet<>();
    Set<MigrationVersion> undone = new HashSet<>();
    files
        .contents()
        .forEach(
            (path, text) -> {
              if (!path.equals(BlueprintFiles.YAML)) {
                checkFile(path, text, versions, undone, errors);
              }
            });
    files.contents().keySet().stream()
        .filter(path -> path.endsWith(".sql.conf"))
        .filter(path -> !files.contents().containsKey(path.substring(0, path.lastIndexOf('.'))))
        .forEach(path -> errors.add(new FieldError(file(path), "is of no SQL file that there is")));
    if (versions.isEmpty()) {
      errors.add(new FieldError("files", "must have a migration V…__….sql"));
    }
    undone.stream()
        .filter(version -> !versions.contains(version))
        .forEach(
            version ->
                errors.add(
                    new FieldError(
                        "files", "undo version %s, which there is not".formatted(version))));
  }

  private static void checkFile(
      String path,
      String text,
      Set<MigrationVersion> versions,
      Set<MigrationVersion> undone,
      List<FieldError> errors) {
    String name =
        path.startsWith(BlueprintFiles.MIGRATIONS)
            ? path.substring(BlueprintFiles.MIGRATIONS.length())
            : "";
    if (!MIGRATION.matcher(name).matches()) {
      errors.add(
          new FieldError(
              file(path),
              "is neither blueprint.yaml nor migrations/V…__….sql, U…__….sql or R__….sql"
                  + ", nor the .conf of one"));
      return;
    }
    Blueprint.Migration migration = new Blueprint.Migration(name, text);
    if (migration.isConfig()) {
      if (!CONFIG.matcher(text).matches()) {
        errors.add(new FieldError(file(path), "must be executeInTransaction=true or =false"));
      }
      return;
    }
    if (text.isBlank()) {
      errors.add(new FieldError(file(path), "is empty"));
    }
    if (text.contains("${")) {
      errors.add(new FieldError(file(path), "must not have placeholders ${…}"));
    }
    migration
        .version()
        .filter(version -> !(migration.isUndo() ? undone : versions).add(version))
        .ifPresent(
            version ->
                errors.add(
                    new FieldError(
                        file(path), "is the second file of version %s".formatted(version))));
  }

  /** How an error names a file. */
  static String file(String path) {
    return "files." + path;
  }

  private static Blueprint blueprint(BlueprintYaml yaml, BlueprintFiles files) {
    return new Blueprint(
        yaml.name(),
        files.version(),
        yaml.isolation(),
        yaml.naming(),
        Optional.ofNullable(yaml.locale()).orElse(DEFAULT_LOCALE),
        yaml.connectionLimit(),
        yaml.extensions().required(),
        yaml.extensions().optional(),
        yaml.services(),
        new Blueprint.ApiKeys(
            yaml.apiKeys().count(), yaml.apiKeys().prefix(), yaml.apiKeys().scopes()),
        new Blueprint.Quotas(
            yaml.quotas().databases(), yaml.quotas().apiKeys(), yaml.quotas().services()),
        new TenantEvent.BackupPolicy(yaml.backup().schedule(), yaml.backup().retentionDays()),
        yaml.outOfOrder(),
        files.migrations().entrySet().stream()
            .map(file -> new Blueprint.Migration(file.getKey(), file.getValue()))
            .toList());
  }
}
