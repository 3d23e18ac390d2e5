package io.tenantry.cli;

import io.tenantry.cli.webhook.Receiver;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ServiceProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The three packaged services, started once for all tests. */
public final class Services {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  /** Shorter intervals than the shipped ones, in which tests would only wait. */
  public static final Map<String, String> QUICK =
      Map.of(
          "TENANTRY_JOBS_POLL_INTERVAL", "200ms",
          "TENANTRY_LIFECYCLE_RECOVERY_INTERVAL", "500ms",
          "TENANTRY_LIFECYCLE_RETRY_DELAY", "500ms",
          "TENANTRY_MIGRATION_SETTLING", "200ms",
          "TENANTRY_MIGRATION_BUSY_DELAY", "200ms",
          "TENANTRY_BACKUP_MAKING_BUSY_DELAY", "200ms",
          "TENANTRY_RESTORE_BUSY_DELAY", "200ms");

  private static Ctl ctl;
  private static Ctl apart;

  private Services() {}

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(QUICK);
    settings.put("OUTBOUND_ALLOWED", Receiver.address());
    // A store belongs to one installation, and each run is another one.
    settings.put(
        "TENANT_BACKUP_PATH",
        Path.of(
                "target",
                "backups",
                "run-" + ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli())
            .toAbsolutePath()
            .toString());
    return settings;
  }

  /** tenantctl with the services' addresses and the admin key in its environment. */
  public static synchronized Ctl ctl() {
    if (ctl == null) {
      List<ServiceProcess> services =
          List.of("tenant-service", "ingestion-service", "backup-service").stream()
              .map(module -> ServiceProcess.launch(PROJECT.resolve(module), settings()))
              .toList();
      services.forEach(service -> LocalStack.shared().beforeClose(service::close));
      services.forEach(service -> service.awaitStatus("/q/health/ready", 200));
      Map<String, String> environment = new HashMap<>();
      environment.put("TENANT_URL", services.get(0).address().toString());
      environment.put("INGESTION_URL", services.get(1).address().toString());
      environment.put("BACKUP_URL", services.get(2).address().toString());
      environment.put(
          "TENANTRY_ADMIN_KEY", LocalStack.shared().environment().get("TENANTRY_ADMIN_KEY"));
      ctl = new Ctl(environment, "", Ctl.bare().attached());
    }
    return ctl;
  }

  /**
   * tenantctl with another ingestion-service, started once: its topic is {@code apart}, which no
   * worker reads. Tests may change it without disturbing others.
   */
  public static synchronized Ctl apart() {
    if (apart == null) {
      Ctl shared = ctl();
      ServiceProcess service =
          ServiceProcess.launch(
              PROJECT.resolve("ingestion-service"),
              Map.of("INGESTION_TOPIC", "apart", "TENANTRY_EXTRACTION_ENABLED", "false"));
      LocalStack.shared().beforeClose(service::close);
      service.awaitStatus("/q/health/ready", 200);
      apart = shared.with("INGESTION_URL", service.address().toString());
    }
    return apart;
  }

  /** A name that no other test has. */
  public static String newName() {
    return "t" + UUID.randomUUID().toString().substring(0, 8);
  }
}
