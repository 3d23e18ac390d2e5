package io.tenantry.tenant.blueprint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.tenantry.kernel.event.TenantEvent;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The blueprints that tenants can be made from: those shipped under {@code blueprints/}. */
@Singleton
public final class Blueprints {

  private static final String ROOT = "blueprints/";
  private static final int VERSION_DIGITS = 12;

  private final Map<String, Blueprint> byName;

  Blueprints(ObjectMapper json) {
    ObjectMapper yaml = json.copyWith(new YAMLFactory());
    // A native executable cannot list a folder of the class path, so a file lists it.
    this.byName =
        read("index.txt")
            .lines()
            .collect(Collectors.groupingBy(path -> path.substring(0, path.indexOf('/'))))
            .values()
            .stream()
            .map(
                paths ->
                    paths.stream()
                        .collect(
                            Collectors.toMap(
                                path -> path.substring(path.indexOf('/') + 1),
                                Blueprints::read,
                                (a, b) -> a,
                                TreeMap::new)))
            .map(files -> parse(files, yaml))
            .collect(Collectors.toUnmodifiableMap(Blueprint::name, Function.identity()));
  }

  /** The newest version of the blueprint with this name. */
  public Optional<Blueprint> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The names that {@link #find} knows. */
  public Set<String> names() {
    return byName.keySet();
  }

  private static Blueprint parse(NavigableMap<String, String> files, ObjectMapper mapper) {
    BlueprintYaml yaml;
    try {
      yaml = mapper.readValue(files.get("blueprint.yaml"), BlueprintYaml.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Blueprint(
        yaml.name(),
        contentHash(files),
        yaml.naming(),
        yaml.locale(),
        yaml.connectionLimit(),
        yaml.extensions().required(),
        yaml.extensions().optional(),
        yaml.services(),
        new Blueprint.ApiKeys(
            yaml.apiKeys().count(), yaml.apiKeys().prefix(), yaml.apiKeys().scopes()),
        new Blueprint.Quotas(
            yaml.quotas().databases(), yaml.quotas().apiKeys(), yaml.quotas().services()),
        new TenantEvent.BackupPolicy(yaml.backup().schedule(), yaml.backup().retentionDays()),
        files.subMap("migrations/", "migrations0").entrySet().stream()
            .map(
                file ->
                    new Blueprint.Migration(
                        file.getKey().substring("migrations/".length()), file.getValue()))
            .toList());
  }

  /** Over names and contents in the order of the names, each closed by a NUL. */
  private static String contentHash(NavigableMap<String, String> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.forEach(
          (path, content) ->
              digest.update((path + "\0" + content + "\0").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest()).substring(0, VERSION_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String read(String path) {
    try (InputStream in =
        Thread.currentThread().getContextClassLoader().getResourceAsStream(ROOT + path)) {
      if (in == null) {
        throw new IllegalStateException("the shipped blueprints lack " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
