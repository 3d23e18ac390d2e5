package io.tenantry.cli.command;

import io.tenantry.cli.output.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Secrets come from files or standard input: what stands in a command is seen by everyone. */
public final class Secret {

  private Secret() {}

  /** The first line of a file, or of standard input for {@code -}; none where no file is named. */
  public static Optional<String> read(Optional<String> file, Terminal terminal) {
    return file.map(
        name -> {
          try {
            return text(name, terminal)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElseThrow(() -> CommandException.usage("there is nothing in " + name));
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

  /** Writes a secret to a file that only its owner can read, in the place of one that is there. */
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
