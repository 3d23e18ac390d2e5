package io.tenantry.localstack.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directories of the local start.
 *
 * @param programs the checkout, or another directory with the builds of the services' modules
 * @param local the directory for everything that the local start creates, including data
 */
record Directories(Path programs, Path local) {

  /** The module directory whose {@code target} contains a service's build. */
  Path programs(ServiceName service) {
    return programs.resolve(service.module());
  }

  Path logs() {
    return local().resolve("logs");
  }

  Path backups() {
    return local().resolve("backups");
  }

  /** The data, certificates and logs of the Kubernetes API server. */
  Path kubernetes() {
    return local().resolve("kubernetes");
  }

  /** The shell file that exports URLs and keys. It exists while the local start is running. */
  Path environmentFile() {
    return local().resolve("env");
  }

  /**
   * A service's directory for temporary files; created if it is missing. It is in {@link #local},
   * so that a killed service leaves no files elsewhere.
   */
  Path temporary(String service) {
    try {
      return Files.createDirectories(local().resolve("tmp").resolve(service));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
