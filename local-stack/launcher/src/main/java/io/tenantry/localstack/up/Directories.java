package io.tenantry.localstack.up;

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
}
