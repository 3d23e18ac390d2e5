package io.tenantry.backup.store;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;

/** Gives the service under test a folder as its first store and an S3 bucket as its second. */
public final class StoresResource implements QuarkusTestResourceLifecycleManager {

  /**
   * The folder: each run has another control database, and so is another installation, which must
   * not find the marker of the one before.
   */
  public static final Path FOLDER =
      Path.of("target", "backups", "run-" + ManagementFactory.getRuntimeMXBean().getStartTime())
          .toAbsolutePath();

  @Override
  public Map<String, String> start() {
    return environment();
  }

  /** The service's environment. */
  public static Map<String, String> environment() {
    S3Server server = S3Server.shared();
    return Map.of(
        "TENANT_BACKUP_PATH",
        FOLDER.toString(),
        "BACKUP_COPY_S3_BUCKET",
        S3Server.BUCKET,
        "BACKUP_COPY_S3_PREFIX",
        "copies/",
        "BACKUP_COPY_S3_ENDPOINT",
        server.endpoint().toString(),
        "BACKUP_COPY_S3_PATH_STYLE",
        "true",
        "BACKUP_COPY_S3_ACCESS_KEY",
        S3Server.KEY,
        "BACKUP_COPY_S3_SECRET_KEY",
        S3Server.SECRET);
  }

  @Override
  public void stop() {}
}
