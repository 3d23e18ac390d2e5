package io.tenantry.containers;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/** A Compose file; only the keys that Tenantry's file uses are read. */
final class ComposeFile {

  /** {@code ${NAME:-default}} and {@code ${NAME:?message}}. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):([-?])([^}]*)}");

  private final Path file;
  private final Map<String, String> variables;
  private final Map<?, ?> services;

  private ComposeFile(Path file, Map<String, String> variables, Map<?, ?> services) {
    this.file = file;
    this.variables = variables;
    this.services = services;
  }

  /** The configuration of one container. */
  record Service(
      String image,
      Map<String, String> environment,
      List<String> command,
      List<Mount> mounts,
      Optional<String> user,
      boolean readOnly,
      List<String> droppedCapabilities,
      List<String> securityOptions,
      Map<String, String> temporary,
      Optional<String> memory,
      Optional<HealthCheck> healthCheck) {}

  /** A file, a directory or a named volume in a container. */
  sealed interface Mount {
    String target();

    /** Files or a directory next to the Compose file. */
    record Files(Path source, String target) implements Mount {}

    /** A named volume. */
    record Named(String name, String target) implements Mount {}
  }

  record HealthCheck(List<String> test, Duration interval, Duration timeout, int retries) {}

  /**
   * Reads a file.
   *
   * @param variables the variables, as in {@code .env}
   */
  static ComposeFile read(Path file, Map<String, String> variables) {
    try (Reader reader = Files.newBufferedReader(file)) {
      Map<?, ?> content = new Yaml().load(reader);
      return new ComposeFile(file, variables, (Map<?, ?>) content.get("services"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Service service(String name) {
    Map<?, ?> service = (Map<?, ?>) services.get(name);
    Map<String, String> environment = new LinkedHashMap<>();
    map(service, "environment")
        .forEach((key, value) -> environment.put(key.toString(), text(value)));
    Map<String, String> temporary = new LinkedHashMap<>();
    list(service, "tmpfs")
        .forEach(
            mount -> {
              String[] parts = mount.split(":", 2);
              temporary.put(parts[0], parts.length == 2 ? parts[1] : "");
            });
    return new Service(
        text(service.get("image")),
        environment,
        list(service, "command"),
        list(service, "volumes").stream().map(this::mount).toList(),
        Optional.ofNullable(service.get("user")).map(this::text),
        Boolean.TRUE.equals(service.get("read_only")),
        list(service, "cap_drop"),
        list(service, "security_opt"),
        temporary,
        Optional.ofNullable(service.get("mem_limit")).map(this::text),
        Optional.ofNullable((Map<?, ?>) service.get("healthcheck")).map(this::healthCheck));
  }

  private HealthCheck healthCheck(Map<?, ?> check) {
    return new HealthCheck(
        list(check, "test"),
        Duration.parse("PT" + check.get("interval")),
        Duration.parse("PT" + check.get("timeout")),
        (Integer) check.get("retries"));
  }

  private Mount mount(String volume) {
    String[] parts = volume.split(":", -1);
    return parts[0].startsWith(".")
        ? new Mount.Files(file.resolveSibling(parts[0]).normalize(), parts[1])
        : new Mount.Named(parts[0], parts[1]);
  }

  private static Map<?, ?> map(Map<?, ?> parent, String key) {
    return parent.containsKey(key) ? (Map<?, ?>) parent.get(key) : Map.of();
  }

  private List<String> list(Map<?, ?> parent, String key) {
    return parent.get(key) instanceof List<?> values
        ? values.stream().map(this::text).toList()
        : List.of();
  }

  private String text(Object value) {
    Matcher matcher = VARIABLE.matcher(value.toString());
    return matcher.replaceAll(
        found -> {
          String given = variables.get(found.group(1));
          if (given == null && found.group(2).equals("?")) {
            throw new IllegalStateException(found.group(1) + ": " + found.group(3));
          }
          return Matcher.quoteReplacement(given == null ? found.group(3) : given);
        });
  }
}
