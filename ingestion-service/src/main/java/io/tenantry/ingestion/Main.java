package io.tenantry.ingestion;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The entry point: creates a private temporary directory for the process, then starts the service.
 *
 * <p>A native executable unpacks Snappy's library into {@code java.io.tmpdir} under a fixed name
 * before any bean exists. In a shared directory, a second process would overwrite the file that the
 * first one has mapped, and crash it.
 */
@QuarkusMain
public final class Main {

  private static final String TEMPORARY = "java.io.tmpdir";

  private Main() {}

  public static void main(String[] arguments) {
    usePrivateTemporaryDirectory();
    Quarkus.run(arguments);
  }

  /**
   * Creates a directory in {@code java.io.tmpdir} and sets that property to it. The directory is
   * readable by this user only and is deleted on a regular exit.
   *
   * @throws UncheckedIOException if {@code java.io.tmpdir} cannot be written to
   */
  static Path usePrivateTemporaryDirectory() {
    Path shared = Path.of(System.getProperty(TEMPORARY));
    try {
      Path own = Files.createTempDirectory(shared, "tenantry-ingestion-");
      // Files are deleted in the reverse order of registration, so its content is deleted first.
      own.toFile().deleteOnExit();
      // Vert.x deletes its files in there, but not this directory.
      own.resolve("vertx-cache").toFile().deleteOnExit();
      System.setProperty(TEMPORARY, own.toString());
      return own;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the temporary directory "
              + shared
              + " is not writable; set java.io.tmpdir to one that is",
          e);
    }
  }
}
