package io.tenantry.console;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.Ports;
import io.tenantry.testing.OpenIdProvider;
import io.tenantry.testing.ServiceProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The three packaged services and a packaged console, started once for all tests. */
final class ConsoleStack {

  static final String OPERATOR_KEY = "operator-key-of-the-tests";
  static final String VIEWER_KEY = "viewer-key-of-the-tests";
  static final String PARENT_ORIGIN = "https://app.example.com";

  /** What the browser tests serve: a page that embeds the portal, and a receiver of webhooks. */
  private static final int GUEST_PORT = Ports.free(1).getFirst();

  private static final String GUEST = "http://127.0.0.1:" + GUEST_PORT;

  /** Of this run: a store belongs to the installation that has used it first. */
  private static final Path BACKUPS =
      Path.of("target", "backups-" + UUID.randomUUID()).toAbsolutePath();

  private static final String SESSION_KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static ConsoleStack shared;

  private final OpenIdProvider provider = new OpenIdProvider();
  private final ServiceProcess tenant;
  private final ServiceProcess ingestion;
  private ServiceProcess backup;
  private final ServiceProcess console;

  private ConsoleStack() {
    Map<String, String> settings =
        Map.of(
            "TENANTRY_OPERATOR_KEY",
            OPERATOR_KEY,
            "TENANTRY_VIEWER_KEY",
            VIEWER_KEY,
            "PORTAL_PARENT_ORIGINS",
            PARENT_ORIGIN + "," + GUEST,
            "PORTAL_URL",
            "https://console.example.com/portal",
            "OUTBOUND_ALLOWED",
            "127.0.0.1:" + GUEST_PORT,
            "OIDC_ENABLED",
            "true",
            "OIDC_ISSUER",
            provider.issuer());
    tenant = launch("tenant-service", settings);
    ingestion = launch("ingestion-service", settings);
    backup = launch("backup-service", settings);
    console = start(Map.of());
    for (ServiceProcess service : new ServiceProcess[] {tenant, ingestion, backup}) {
      service.awaitStatus("/q/health/ready", 200);
    }
  }

  static synchronized ConsoleStack shared() {
    if (shared == null) {
      shared = new ConsoleStack();
    }
    return shared;
  }

  private static ServiceProcess launch(String module, Map<String, String> settings) {
    Map<String, String> environment = new TreeMap<>(settings);
    environment.put("TENANT_BACKUP_PATH", BACKUPS.toString());
    return ServiceProcess.launch(Path.of("..", module), environment);
  }

  /** Another replica of the console. */
  ServiceProcess start(Map<String, String> changes) {
    Map<String, String> environment = new TreeMap<>();
    // It gets nothing of the services' secrets.
    LocalStack.shared().environment().keySet().forEach(name -> environment.put(name, ""));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", LocalStack.shared().kafka().bootstrapServers());
    environment.put("CONSOLE_SESSION_KEY", SESSION_KEY);
    environment.put("TENANT_URL", tenant.address().toString());
    environment.put("INGESTION_URL", ingestion.address().toString());
    environment.put("BACKUP_URL", backup.address().toString());
    environment.put("PORTAL_PARENT_ORIGINS", PARENT_ORIGIN + "," + GUEST);
    environment.putAll(changes);
    return ServiceProcess.start(environment);
  }

  /** Another replica of the console, with the OpenID provider. */
  ServiceProcess startWithOpenId(Map<String, String> changes) {
    Map<String, String> environment = new TreeMap<>(changes);
    environment.put("OIDC_ENABLED", "true");
    environment.put("OIDC_ISSUER", provider.issuer());
    environment.put("OIDC_CLIENT_SECRET", "client-secret-of-the-tests");
    return start(environment);
  }

  /** Stops backup-service. */
  void stopBackupService() {
    backup.terminate();
  }

  /** Starts backup-service again, on the same port. */
  void startBackupService() {
    backup =
        launch(
            "backup-service",
            Map.of(
                "TENANTRY_OPERATOR_KEY", OPERATOR_KEY,
                "TENANTRY_VIEWER_KEY", VIEWER_KEY,
                "HTTP_PORT", Integer.toString(backup.address().getPort())));
    backup.awaitStatus("/q/health/ready", 200);
  }

  /** The addresses of console and services and the keys, as the browser tests expect them. */
  Map<String, String> variables() {
    return Map.of(
        "TENANTRY_CONSOLE_URL", address().toString(),
        "TENANT_URL", tenant.address().toString(),
        "INGESTION_URL", ingestion.address().toString(),
        "BACKUP_URL", backup.address().toString(),
        "TENANTRY_ADMIN_KEY", adminKey(),
        "TENANTRY_OPERATOR_KEY", OPERATOR_KEY,
        "TENANTRY_VIEWER_KEY", VIEWER_KEY,
        "TENANTRY_E2E_GUEST", GUEST);
  }

  OpenIdProvider provider() {
    return provider;
  }

  ServiceProcess console() {
    return console;
  }

  URI address() {
    return console.address();
  }

  /** A browser without a session. */
  Browser browser() {
    return new Browser(address());
  }

  /** A browser that has logged in with this key. */
  Browser browser(String key) {
    Browser browser = browser();
    if (browser.logIn(key).status() != 200) {
      throw new IllegalStateException("the log-in failed, see the console's log");
    }
    return browser;
  }

  static String adminKey() {
    return LocalStack.shared().variable("TENANTRY_ADMIN_KEY");
  }
}
