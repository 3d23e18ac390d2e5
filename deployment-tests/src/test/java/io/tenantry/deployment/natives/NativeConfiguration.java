package io.tenantry.deployment.natives;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What Quarkus and this project tell the native compiler of one service, as the build writes it to
 * {@code target/native-sources} without a compiler.
 */
final class NativeConfiguration {

  private final Set<String> reflective = new HashSet<>();
  private final List<Pattern> resources = new ArrayList<>();

  /**
   * Reads the configuration of a module.
   *
   * @throws IllegalStateException if it was not packaged
   */
  static NativeConfiguration of(Path module) throws IOException {
    Path sources = module.resolve("target/native-sources");
    if (!Files.isDirectory(sources)) {
      throw new IllegalStateException("there is no " + sources + ": verify that module first");
    }
    NativeConfiguration configuration = new NativeConfiguration();
    try (Stream<Path> jars = Files.list(sources)) {
      for (Path jar : jars.filter(file -> file.toString().endsWith("-runner.jar")).toList()) {
        configuration.read(jar);
      }
    }
    return configuration;
  }

  private void read(Path jar) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        String name = entry.getName();
        if (name.startsWith("META-INF/native-image/") && name.endsWith(".json")) {
          JsonNode content = mapper.readTree(zip.getInputStream(entry));
          if (name.endsWith("reflect-config.json")) {
            content.forEach(this::reflection);
          } else if (name.endsWith("resource-config.json")) {
            content
                .path("resources")
                .path("includes")
                .forEach(each -> resources.add(Pattern.compile(each.path("pattern").asText())));
          }
        }
      }
    }
  }

  /** A type is of use to Jackson when its constructors and methods can be called. */
  private void reflection(JsonNode type) {
    if (type.path("allDeclaredConstructors").asBoolean()
        && type.path("allDeclaredMethods").asBoolean()) {
      reflective.add(type.path("name").asText());
    }
  }

  /** The names of the types whose constructors and methods are registered for reflection. */
  Set<String> reflective() {
    return reflective;
  }

  /** Whether an executable holds this file of the class path. */
  boolean includes(String resource) {
    return resources.stream().anyMatch(pattern -> pattern.matcher(resource).matches());
  }
}
