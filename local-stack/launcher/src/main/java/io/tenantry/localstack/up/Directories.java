package io.tenantry.localstack.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where things lie.
 *
 * @param project the checkout
 */
record Directories(Path project) {

  /** All that the local start makes, data included. */
  Path local() {
    return project.resolve("target/local");
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
   * A service's own folder for temporary files; made when it is missing. Quarkus unpacks the snappy
   * library there under a fixed name, and a second service that overwrites it breaks the first.
   */
  Path temporary(String service) {
    try {
      return Files.createDirectories(local().resolve("tmp").resolve(service));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
