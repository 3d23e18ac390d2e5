package io.tenantry.cli.command;

import io.tenantry.cli.output.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Reads secrets from files or standard input: arguments of a command are visible to all users of
 * the machine.
 */
public final class Secret {

  private Secret() {}

  /** The first line of a file, or of standard input for {@code -}; empty if no file is given. */
  public static Optional<String> read(Optional<String> file, Terminal terminal) {
    return file.map(
        name -> {
          try {
            return text(name, terminal)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElseThrow(() -> CommandException.usage("the secret is empty: " + name));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static String text(String name, Terminal terminal) throws IOException {
    if (!name.equals("-")) {
      return Files.readString(Path.of(name));
    }
    return terminal.attached().in()
        ? terminal.askSecret("The secret: ").orElse("")
        : new String(terminal.in().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Writes a secret to a file that only its owner can read, replacing an existing file. */
  public static void save(String secret, Path file) {
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, secret + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
