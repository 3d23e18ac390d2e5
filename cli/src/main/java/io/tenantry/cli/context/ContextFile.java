package io.tenantry.cli.context;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.output.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The contexts of a user, in a file that only this user can read, since it holds keys. */
public final class ContextFile {

  private final Path file;
  private final ObjectNode content;

  private ContextFile(Path file, ObjectNode content) {
    this.file = file;
    this.content = content;
  }

  /**
   * Reads the file; a missing file is empty.
   *
   * @throws ContextException if others can read it, or it is invalid
   */
  public static ContextFile read(Terminal terminal) {
    Path file = path(terminal);
    try {
      if (!Files.exists(file)) {
        return new ContextFile(file, Json.MAPPER.createObjectNode());
      }
      if (isOpenToOthers(file)) {
        throw new ContextException(
            file + " holds keys and can be read by other users", "chmod 600 '" + file + "'");
      }
      if (Json.MAPPER.readTree(file.toFile()) instanceof ObjectNode content) {
        return new ContextFile(file, content);
      }
      throw new ContextException(file + " is not a context file", "remove it to start over");
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new ContextException(file + " is not a context file", "remove it to start over");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path path(Terminal terminal) {
    return terminal
        .variable("TENANTCTL_CONFIG")
        .map(Path::of)
        .orElseGet(
            () ->
                terminal
                    .variable("XDG_CONFIG_HOME")
                    .map(Path::of)
                    .orElseGet(
                        () ->
                            Path.of(
                                terminal.variable("HOME").orElse(System.getProperty("user.home")),
                                ".config"))
                    .resolve("tenantctl")
                    .resolve("contexts.json"));
  }

  private static boolean isOpenToOthers(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return false;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    return permissions.contains(PosixFilePermission.GROUP_READ)
        || permissions.contains(PosixFilePermission.OTHERS_READ);
  }

  public Path file() {
    return file;
  }

  /** The names of all contexts. */
  public List<String> names() {
    return content.path("contexts").propertyStream().map(Map.Entry::getKey).toList();
  }

  /** The current context. */
  public Optional<String> current() {
    return Optional.ofNullable(content.path("current").asText(null));
  }

  /** The settings of a context, if it exists. */
  public Optional<Map<Setting, String>> find(String name) {
    JsonNode stored = content.path("contexts").path(name);
    if (!stored.isObject()) {
      return Optional.empty();
    }
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String value = stored.path(setting.key()).asText("");
      if (!value.isEmpty()) {
        values.put(setting, value);
      }
    }
    return Optional.of(values);
  }

  /** Adds or replaces a context. */
  public void put(String name, Map<Setting, String> values) {
    ObjectNode context = content.withObjectProperty("contexts").putObject(name);
    values.forEach((setting, value) -> context.put(setting.key(), value));
  }

  /** Makes a context the current one. */
  public void use(String name) {
    content.put("current", name);
  }

  public void remove(String name) {
    content.withObjectProperty("contexts").remove(name);
    if (current().filter(name::equals).isPresent()) {
      content.remove("current");
    }
  }

  /** Writes the file atomically. */
  public void write() {
    try {
      Path folder = file.toAbsolutePath().resolveSibling("");
      Files.createDirectories(folder);
      Path next = Files.createTempFile(folder, "contexts", ".new", ownerOnly(folder));
      Files.writeString(next, content.toPrettyString() + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path folder) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
