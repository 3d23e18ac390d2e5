package io.tenantry.cli.platform;

import static io.tenantry.cli.Services.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.Ctl;
import io.tenantry.cli.Services;
import io.tenantry.cli.Sql;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackOptions;
import io.tenantry.testing.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disaster recovery of docs/operations.md with all services: the control database is restored
 * from an older backup, and Kafka is empty.
 */
@Tag("F2")
@Tag("P13")
class DisasterRecoveryIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final String CONTROL = "tenantry_control";
  private static final int EACH_TIME = 8;

  /** The services that change tenants, by module, with the variable of their address. */
  private static final Map<String, String> OF_TENANTS =
      Map.of("tenant-service", "TENANT_URL", "backup-service", "BACKUP_URL");

  private static final Map<String, String> ALL =
      Map.of(
          "tenant-service", "TENANT_URL",
          "ingestion-service", "INGESTION_URL",
          "backup-service", "BACKUP_URL");

  private final String blueprint = newName();

  @TempDir Path folder;
  @TempDir Path backups;

  /** The services of a stack of this test's own, and tenantctl for them. */
  private record Running(Ctl ctl, List<ServiceProcess> processes) implements AutoCloseable {

    @Override
    public void close() {
      processes.forEach(ServiceProcess::close);
    }
  }

  @Test
  void losesAndDropsNothingWhenControlDatabaseIsRestored() throws Exception {
    LocalStackOptions options = LocalStackOptions.temporary();
    try (LocalStack stack = LocalStack.start(options)) {
      List<String> before;
      try (Running running = start(stack, ALL, Map.of())) {
        push(running.ctl(), "1", "CREATE TABLE items (id text)");
        before = create(running.ctl());
        for (String tenant : before.subList(0, 2)) {
          backUp(running.ctl(), tenant);
        }
      }
      execute(stack, "postgres", "CREATE DATABASE backup_of_control TEMPLATE " + CONTROL);

      List<String> deleted = before.subList(5, 7);
      List<String> living = new ArrayList<>(before);
      living.removeAll(deleted);
      Map<String, String> connections = new HashMap<>();
      List<String> databases;
      String newer;
      try (Running running = start(stack, OF_TENANTS, Map.of())) {
        Ctl ctl = running.ctl();
        living.addAll(create(ctl));
        for (String tenant : deleted) {
          ctl.run("tenants", "delete", tenant, "--no-final-backup", "--yes", "--wait").ok();
        }
        for (String tenant : before.subList(3, 5)) {
          ctl.run("tenants", "rotate-credentials", tenant, "--overlap", "0s").ok();
        }
        for (String tenant : before.subList(0, 2)) {
          ctl.run("restore", tenant, "--yes", "--wait").ok();
        }
        newer = push(ctl, "2", "ALTER TABLE items ADD COLUMN seen boolean");
        for (String tenant : before.subList(0, 3)) {
          ctl.run("migrations", "run", tenant, "--wait").ok();
        }
        for (String tenant : living) {
          connections.put(tenant, connection(ctl, tenant));
          write(connections.get(tenant), tenant);
        }
        databases = tenantDatabases(stack);
      }
      putBack(stack);

      // Another, empty Kafka.
      try (Running running = start(stack, ALL, kafkaOf(LocalStack.shared()))) {
        Ctl ctl = running.ctl();
        await()
            .atMost(LIMIT)
            .until(
                () -> ctl.run("recover", "status", "-o", "json").json().path("active").asBoolean());
        assertThat(ctl.run("recover", "plan").ok().out())
            .contains("adopt", "record_deletion", "rotate");
        assertThat(ctl.run("status").out()).containsIgnoringCase("recovery");

        // The newer version comes back with the run.
        assertThat(ctl.run("recover", "run", "--yes").ok().out()).contains("set_version");

        assertThat(tenantDatabases(stack)).containsAll(databases);
        for (String tenant : living) {
          assertThat(
                  ctl.run("tenants", "show", tenant, "-o", "json").json().path("status").asText())
              .as(tenant)
              .isEqualTo("active");
          // With the registry's connection string, and with that of the tenant's applications.
          assertThat(read(connection(ctl, tenant))).contains(tenant);
          assertThat(read(connections.get(tenant))).contains(tenant);
        }
        for (String tenant : deleted) {
          ctl.run("tenants", "show", tenant).fails(ExitCode.NOT_FOUND);
        }
        for (String tenant : before.subList(0, 3)) {
          assertThat(
                  ctl.run("tenants", "show", tenant, "-o", "json")
                      .json()
                      .path("blueprint_version")
                      .asText())
              .isEqualTo(newer);
        }
        ctl.run("backups", "import", "--wait").ok();
        ctl.run("schedules", "reconcile", "--beyond-limits", "--yes").ok();
        JsonNode differences = ctl.run("schedules", "differences", "-o", "json").ok().json();
        assertThat(differences.path("missing").path("count").asInt(-1)).isZero();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
          for (Future<?> backup :
              living.stream().map(tenant -> threads.submit(() -> backUp(ctl, tenant))).toList()) {
            backup.get();
          }
        }
        assertThat(tenantDatabases(stack)).containsAll(databases);
        assertThat(read(connections.get(living.getLast()))).contains(living.getLast());
      }
    }
  }

  private Running start(
      LocalStack stack, Map<String, String> services, Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>(stack.environment());
    environment.put("TENANT_BACKUP_PATH", backups.toString());
    environment.put("POOL_SIZE", "3");
    environment.put("RECOVERY_GENERATION_INTERVAL", "1s");
    environment.put("TENANTRY_RECOVERY_CATALOG_INTERVAL", "1s");
    environment.putAll(Services.QUICK);
    environment.put("REAPER_INTERVAL", "2s");
    environment.putAll(changes);
    List<ServiceProcess> processes = new ArrayList<>();
    Map<String, String> addresses = new HashMap<>();
    addresses.put("TENANTRY_ADMIN_KEY", environment.get("TENANTRY_ADMIN_KEY"));
    services.forEach(
        (module, variable) -> {
          ServiceProcess service = ServiceProcess.launch(PROJECT.resolve(module), environment);
          processes.add(service);
          addresses.put(variable, service.address().toString());
        });
    processes.forEach(service -> service.awaitStatus("/q/health/ready", 200));
    return new Running(new Ctl(addresses, "", Ctl.bare().attached()), processes);
  }

  private static Map<String, String> kafkaOf(LocalStack stack) {
    Map<String, String> kafka = new HashMap<>(stack.environment());
    kafka.keySet().removeIf(name -> !name.startsWith("KAFKA_"));
    return kafka;
  }

  private String push(Ctl ctl, String version, String sql) throws Exception {
    Files.createDirectories(folder.resolve("migrations"));
    Files.writeString(
        folder.resolve("blueprint.yaml"),
        "name: %1$s\nisolation: database\nnaming: %1$s_{tenant_id}\nbackup:\n  retention_days: 7\n"
            .formatted(blueprint));
    Files.writeString(folder.resolve("migrations/V%s__step.sql".formatted(version)), sql + ";\n");
    return ctl.run("blueprints", "push", folder.toString(), "-o", "json")
        .ok()
        .json()
        .path("version")
        .asText();
  }

  private List<String> create(Ctl ctl) {
    return IntStream.range(0, EACH_TIME)
        .mapToObj(
            n -> ctl.name("tenants", "create", newName(), "--blueprint", blueprint, "-o", "name"))
        .toList();
  }

  private static void backUp(Ctl ctl, String tenant) {
    ctl.run("backups", "create", tenant, "--wait").ok();
  }

  private static String connection(Ctl ctl, String tenant) {
    return ctl.name("tenants", "connection", tenant, "--show-password", "-o", "name");
  }

  private static void write(String connection, String tenant) throws SQLException {
    Sql.execute(Sql.connect(connection), "INSERT INTO items (id) VALUES ('%s')".formatted(tenant));
  }

  private static List<String> read(String connection) throws SQLException {
    try (Connection session = Sql.connect(connection);
        Statement statement = session.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM items")) {
      List<String> ids = new ArrayList<>();
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
      return ids;
    }
  }

  /** Restores the older control database; rights on a database are not copied with it. */
  private static void putBack(LocalStack stack) throws Exception {
    execute(stack, "postgres", "DROP DATABASE " + CONTROL + " WITH (FORCE)");
    execute(stack, "postgres", "ALTER DATABASE backup_of_control RENAME TO " + CONTROL);
    execute(
        stack, CONTROL, Files.readString(PROJECT.resolve("deploy/postgres/control-database.sql")));
  }

  private List<String> tenantDatabases(LocalStack stack) throws SQLException {
    try (Connection superuser = stack.postgres().connect("postgres");
        Statement statement = superuser.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT datname FROM pg_database WHERE datname LIKE '%s\\_%%'"
                    .formatted(blueprint))) {
      List<String> names = new ArrayList<>();
      while (rows.next()) {
        names.add(rows.getString(1));
      }
      return names;
    }
  }

  private static void execute(LocalStack stack, String database, String sql) throws SQLException {
    Sql.execute(stack.postgres().connect(database), sql);
  }
}
