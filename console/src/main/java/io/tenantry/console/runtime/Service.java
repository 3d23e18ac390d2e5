package io.tenantry.console.runtime;

import java.net.URI;
import java.util.Locale;

/** A service that calls are passed on to. */
public enum Service {
  TENANT,
  INGESTION,
  BACKUP;

  /** Its name in paths of the console: {@code tenant}. */
  public String pathName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its name: {@code tenant-service}. */
  public String serviceName() {
    return pathName() + "-service";
  }

  /** Its configured URL. */
  public URI url(ConsoleConfig.Services config) {
    return switch (this) {
      case TENANT -> config.tenant();
      case INGESTION -> config.ingestion();
      case BACKUP -> config.backup();
    };
  }
}
