package io.tenantry.localstack.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a shell file with exported variables that only its owner can read. */
final class EnvironmentFile {
  private EnvironmentFile() {}

  /** Writes a shell file that exports the values; an existing file is replaced atomically. */
  static void write(Path file, Map<String, String> values) {
    String lines =
        values.entrySet().stream()
            .map(entry -> "export " + entry.getKey() + "=" + quoted(entry.getValue()) + "\n")
            .collect(Collectors.joining());
    writePrivate(file, lines);
  }

  private static void writePrivate(Path file, String content) {
    try {
      Path next =
          Files.createTempFile(
              file.getParent(),
              file.getFileName().toString(),
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(next, content);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String quoted(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}
