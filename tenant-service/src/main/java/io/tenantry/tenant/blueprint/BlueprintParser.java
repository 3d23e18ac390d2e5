package io.tenantry.tenant.blueprint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.http.JsonBodyReader;
import io.tenantry.kernel.http.JsonLimits;
import io.tenantry.kernel.migration.MigrationName;
import io.tenantry.kernel.migration.MigrationScript;
import io.tenantry.kernel.migration.ScriptRefused;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flywaydb.core.api.MigrationVersion;

/** Parses a blueprint's files, and reports all errors at once. */
@Singleton
final class BlueprintParser {

  private static final String CONFIG = ".conf";

  /** The maximum size of all files together, in UTF-8. */
  static final int MAX_BYTES = 64 << 20;

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
   * Parses a blueprint.
   *
   * @throws InvalidRequest with every invalid field and file
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
   * Parses the file {@code blueprint.yaml}.
   *
   * @throws InvalidRequest with every invalid field
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
        errors.add(
            new FieldError(
                file + ".locale",
                "must be omitted: the tenants share a database, which has its own locale"));
      }
      return Optional.of(parsed);
    } catch (InvalidRequest e) {
      e.errors().stream()
          .map(error -> new FieldError(file + "." + error.field(), error.message()))
          .forEach(errors::add);
    } catch (StreamConstraintsException e) {
      errors.add(new FieldError(file, JsonLimits.describe(e)));
    } catch (JsonProcessingException e) {
      errors.add(new FieldError(file, "is not valid YAML" + line(e)));
    }
    return Optional.empty();
  }

  private static String line(JsonProcessingException e) {
    return e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
  }

  private static void checkFiles(BlueprintFiles files, List<FieldError> errors) {
    Set<MigrationVersion> versions = new HashSet<>();
    Set<MigrationVersion> undone = new HashSet<>();
    long bytes = files.contents().values().stream().mapToLong(BlueprintParser::bytes).sum();
    if (bytes > MAX_BYTES) {
      errors.add(
          new FieldError("files", "must have at most %d bytes together".formatted(MAX_BYTES)));
    }
    files
        .contents()
        .keySet()
        .forEach(
            path -> {
              if (!path.equals(BlueprintFiles.YAML)) {
                checkFile(path, files, versions, undone, errors);
              }
            });
    if (versions.isEmpty()) {
      errors.add(new FieldError("files", "must have a migration V…__….sql"));
    }
    undone.stream()
        .filter(version -> !versions.contains(version))
        .forEach(
            version ->
                errors.add(
                    new FieldError(
                        "files",
                        "must have a migration for each undo: version %s has only an undo"
                            .formatted(version))));
  }

  /** The length of a text in UTF-8; a surrogate pair has four bytes. */
  private static long bytes(String text) {
    return text.chars()
        .mapToLong(c -> c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate((char) c) ? 2 : 3)
        .sum();
  }

  private static void checkFile(
      String path,
      BlueprintFiles files,
      Set<MigrationVersion> versions,
      Set<MigrationVersion> undone,
      List<FieldError> errors) {
    collect(
        path,
        errors,
        () -> {
          MigrationName name = name(path);
          if (name.isConfig()) {
            checkConfig(path, files);
            return;
          }
          collect(path, errors, () -> checkText(path, files));
          Set<MigrationVersion> known = name.kind() == MigrationName.Kind.UNDO ? undone : versions;
          if (!name.version().map(known::add).orElse(true)) {
            throw new ScriptRefused(
                0,
                "has version %s, like another file: give it another version"
                    .formatted(name.version().orElseThrow()));
          }
        });
  }

  private static void collect(String path, List<FieldError> errors, Runnable check) {
    try {
      check.run();
    } catch (ScriptRefused e) {
      errors.add(new FieldError(file(path), e.getMessage()));
    }
  }

  private static MigrationName name(String path) {
    boolean inFolder = path.startsWith(BlueprintFiles.MIGRATIONS);
    MigrationName name =
        MigrationName.of(inFolder ? path.substring(BlueprintFiles.MIGRATIONS.length()) : path);
    if (!inFolder) {
      throw new ScriptRefused(0, "must be in migrations/");
    }
    return name;
  }

  private static void checkConfig(String path, BlueprintFiles files) {
    if (!files.contents().containsKey(path.substring(0, path.length() - CONFIG.length()))) {
      throw new ScriptRefused(0, "has no SQL file of the same name in this blueprint");
    }
    MigrationScript.placeholdersReplaced(Optional.of(files.contents().get(path)));
  }

  private static void checkText(String path, BlueprintFiles files) {
    String text = files.contents().get(path);
    Optional<String> config = Optional.ofNullable(files.contents().get(path + CONFIG));
    if (text.isBlank()) {
      throw new ScriptRefused(0, "is empty");
    }
    int placeholder = text.indexOf("${");
    if (placeholder >= 0 && MigrationScript.placeholdersReplaced(config)) {
      throw new ScriptRefused(
          1 + (int) text.substring(0, placeholder).chars().filter(c -> c == '\n').count(),
          "must not contain placeholders ${…}; to keep them as text, set placeholderReplacement=false in the file's .sql.conf");
    }
  }

  /** The field name of a file in an error. */
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
