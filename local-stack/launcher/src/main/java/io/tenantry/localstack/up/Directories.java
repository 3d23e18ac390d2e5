package io.tenantry.localstack.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where things lie.
 *
 * @param programs the checkout, or another folder with the builds of the services' modules
 * @param local all that the local start makes, data included
 */
record Directories(Path programs, Path local) {

  /** The folder whose {@code target} has a service's build. */
  Path programs(ServiceName service) {
    return programs.resolve(service.module());
  }

  Path logs() {
    return local().resolve("logs");
  }

  Path backups() {
    return local().resolve("backups");
  }

  /**
   * The shell file that exports addresses and keys. It is there while the local start is running.
   */
  Path environmentFile() {
    return local().resolve("env");
  }

  /**
   * A service's own folder for temporary files; made when it is missing. It is under {@link
   * #local}, so that nothing that a killed service leaves is elsewhere.
   */
  Path temporary(String service) {
    try {
      return Files.createDirectories(local().resolve("tmp").resolve(service));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
