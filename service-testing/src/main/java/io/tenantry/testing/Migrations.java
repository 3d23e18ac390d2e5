package io.tenantry.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The migrations in tenant-service's sources. */
final class Migrations {

  private static final Path RESOURCES = Path.of("..", "tenant-service", "src", "main", "resources");

  private Migrations() {}

  /** The files of a folder by their names. */
  static Map<String, String> in(String folder) {
    try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
      Map<String, String> texts = new LinkedHashMap<>();
      for (Path file : files.toList()) {
        texts.put(file.getFileName().toString(), Files.readString(file));
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
