package io.tenantry.ingestion;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The program: gives the process a temporary folder of its own, then starts the service.
 *
 * <p>Natively, Snappy's library is unpacked into {@code java.io.tmpdir} under one fixed name before
 * any bean exists. In a shared folder a second process would overwrite the file that the first has
 * mapped, and the first would crash.
 */
@QuarkusMain
public final class Main {

  private static final String TEMPORARY = "java.io.tmpdir";

  private Main() {}

  public static void main(String[] arguments) {
    useTemporaryFolderOfItsOwn();
    Quarkus.run(arguments);
  }

  /**
   * Makes a new folder in {@code java.io.tmpdir} and has that property name it. The folder is
   * readable by this user alone and is deleted when the process ends in order.
   *
   * @throws UncheckedIOException if {@code java.io.tmpdir} cannot be written to
   */
  static Path useTemporaryFolderOfItsOwn() {
    Path shared = Path.of(System.getProperty(TEMPORARY));
    try {
      Path own = Files.createTempDirectory(shared, "tenantry-ingestion-");
      // Files are deleted in the reverse order of their registration, so what is in it goes first.
      own.toFile().deleteOnExit();
      // Vert.x removes what it puts in there, but not the folder.
      own.resolve("vertx-cache").toFile().deleteOnExit();
      System.setProperty(TEMPORARY, own.toString());
      return own;
    } catch (IOException e) {
      throw new UncheckedIOException("the temporary folder " + shared + " cannot be written to", e);
    }
  }
}
