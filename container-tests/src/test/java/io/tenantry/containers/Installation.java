package io.tenantry.containers;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.awaitility.core.ConditionTimeoutException;
import org.testcontainers.containers.Network;

/**
 * PostgreSQL, Kafka, the three services and the console in one network, as compose.yaml describes
 * them.
 */
final class Installation implements AutoCloseable {

  static final String TENANT = "tenant-service";
  static final String INGESTION = "ingestion-service";
  static final String BACKUP = "backup-service";
  static final String CONSOLE = "console";
  static final List<String> SERVICES = List.of(TENANT, INGESTION, BACKUP);
  static final List<String> SERVICES_AND_CONSOLE = List.of(TENANT, INGESTION, BACKUP, CONSOLE);

  /** Creates and shows a first tenant, then exits. */
  static final String FIRST_LOOK = "first-look";

  private static final List<String> SERVERS = List.of("postgres", "kafka");
  private static final Map<String, Integer> PORTS =
      Map.of(
          "postgres",
          5432,
          "kafka",
          9092,
          TENANT,
          8080,
          INGESTION,
          8080,
          BACKUP,
          8080,
          CONSOLE,
          8080);

  /** A killed replica is detected sooner than in production. */
  private static final Map<String, String> QUICK =
      Map.of(
          "PROVISIONING_LEASE", "5s",
          "TENANTRY_PROVISIONING_RENEWAL_INTERVAL", "1s",
          "TENANTRY_JOBS_HEARTBEAT", "1s",
          "TENANTRY_JOBS_POLL_INTERVAL", "500ms",
          "TENANTRY_BACKUP_LEASE_LENGTH", "15s");

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path FILE = Path.of("../deploy/compose/compose.yaml");

  private final Map<String, String> secrets = secrets();
  private final Network network = Network.newNetwork();
  private final Map<String, ComposedContainer> containers = new LinkedHashMap<>();

  private Installation(String tag) {
    secrets.put("TENANTRY_TAG", tag);
    ComposeFile file = ComposeFile.read(FILE, secrets);
    String volumes = "tenantry-test-" + UUID.randomUUID() + "-";
    for (List<String> names : List.of(SERVERS, SERVICES_AND_CONSOLE, List.of(FIRST_LOOK))) {
      for (String name : names) {
        OptionalInt port =
            PORTS.containsKey(name) ? OptionalInt.of(PORTS.get(name)) : OptionalInt.empty();
        containers.put(
            name, new ComposedContainer(name, file.service(name), port, network, volumes));
        if (SERVICES.contains(name)) {
          container(name).withEnv(QUICK);
        }
      }
    }
  }

  /** Starts everything and waits until the services are ready. */
  static Installation start(String tag) {
    Installation started = new Installation(tag);
    try {
      SERVERS.parallelStream().forEach(name -> started.container(name).start());
      started.awaitReady();
      SERVICES_AND_CONSOLE.parallelStream().forEach(name -> started.container(name).start());
      started.container(FIRST_LOOK).start();
      started.awaitReady();
      return started;
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  private static Map<String, String> secrets() {
    SecureRandom random = new SecureRandom();
    byte[] bytes = new byte[32];
    Map<String, String> made = new HashMap<>();
    for (String name :
        List.of(
            "POSTGRES_PASSWORD",
            "CONTROL_DATABASE_PASSWORD",
            "TENANT_CLUSTER_ADMIN_PASSWORD",
            "TENANTRY_ADMIN_KEY")) {
      random.nextBytes(bytes);
      made.put(name, HexFormat.of().formatHex(bytes));
    }
    for (String name : List.of("ENCRYPTION_KEY", "CONSOLE_SESSION_KEY")) {
      random.nextBytes(bytes);
      made.put(name, Base64.getEncoder().encodeToString(bytes));
    }
    return made;
  }

  /** The containers that listen on a port. */
  List<String> serverNames() {
    return containers.keySet().stream().filter(PORTS::containsKey).toList();
  }

  ComposedContainer container(String name) {
    return containers.get(name);
  }

  /** Waits until each started container is healthy and each service is ready. */
  void awaitReady() {
    containers.forEach(
        (name, container) -> {
          if (container.isCreated()) {
            try {
              await(name)
                  .atMost(LIMIT)
                  .pollInterval(Duration.ofMillis(200))
                  .until(
                      SERVICES_AND_CONSOLE.contains(name)
                          ? () -> admin(name).isReady()
                          : container::reportsHealthy);
            } catch (ConditionTimeoutException e) {
              throw new IllegalStateException(name + " is not ready: " + container.story(), e);
            }
          }
        });
  }

  /** A service's API, with the admin key. */
  Api admin(String service) {
    return new Api(
        URI.create("http://localhost:" + container(service).hostPort()),
        secrets.get("TENANTRY_ADMIN_KEY"));
  }

  /** A browser's log-in to the console, with the admin key. */
  String loginBody() {
    return "{\"key\":\"%s\"}".formatted(secrets.get("TENANTRY_ADMIN_KEY"));
  }

  /** Runs a query as superuser and returns each row's first column. */
  List<String> query(String database, String query, Object... parameters) {
    String url =
        "jdbc:postgresql://localhost:%d/%s".formatted(container("postgres").hostPort(), database);
    try (Connection connection =
            DriverManager.getConnection(url, "postgres", secrets.get("POSTGRES_PASSWORD"));
        PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      List<String> column = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          column.add(rows.getString(1));
        }
      }
      return column;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    containers.values().parallelStream().forEach(ComposedContainer::removeWithVolumes);
    network.close();
  }
}
