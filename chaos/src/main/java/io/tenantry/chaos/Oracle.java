package io.tenantry.chaos;

import io.tenantry.chaos.Api.Answer;
import io.tenantry.chaos.Api.NoAnswer;
import io.tenantry.chaos.Ledger.Tenant;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares an installation, after the last fault and the last request, with what clients were told.
 * Everything that is not as promised is a violation in the ledger.
 */
final class Oracle {

  /** How long work that is in progress may take to end. */
  private static final Duration SETTLING = Duration.ofMinutes(8);

  private static final int LOOKS_BETWEEN_LINES = 20;

  /** What must have ended by itself; each query returns what has not. */
  private static final Map<String, String> UNFINISHED =
      Map.of(
          "tenants being changed",
          """
          SELECT tenant_id || ' ' || status
          FROM control_plane.tenants
          WHERE status NOT IN ('active', 'suspended', 'deleted') OR lease_owner IS NOT NULL
          """,
          "pool entries being built",
          "SELECT tenant_id::text FROM control_plane.pool_entries WHERE lease_owner IS NOT NULL",
          "jobs of tenant-service",
          """
          SELECT type || ' ' || job_id FROM control_plane.jobs WHERE status IN ('pending', 'running')
          """,
          "jobs of backup-service",
          """
          SELECT type || ' ' || job_id
          FROM backup.jobs
          WHERE status IN ('pending', 'running') AND due_at < now() + interval '10 minutes'
          """,
          "operations on tenants",
          "SELECT tenant_id || ' ' || operation FROM backup.tenant_leases",
          "events of tenant-service",
          "SELECT type FROM control_plane.outbox",
          "events of backup-service",
          "SELECT type FROM backup.outbox",
          "webhooks",
          """
          SELECT delivery_id::text FROM control_plane.webhook_deliveries WHERE status = 'pending'
          """);

  private final Database database;
  private final Api api;
  private final Ledger ledger;
  private final Receiver receiver;

  Oracle(Installation installation, Api api, Ledger ledger, Receiver receiver) {
    this.database = new Database(installation);
    this.api = api;
    this.ledger = ledger;
    this.receiver = receiver;
  }

  /** Waits until no work is in progress, then compares everything. */
  void check(CampaignClient campaigns) throws InterruptedException {
    awaitSettled();
    compareTenants();
    compareDatabases();
    compareLogins();
    compareEvents();
    compareWebhooks();
    compareBackups();
    compareSchemas(campaigns);
  }

  private void awaitSettled() throws InterruptedException {
    long begin = System.nanoTime();
    int looks = 0;
    while (true) {
      List<String> open = unfinished();
      if (open.isEmpty()) {
        ledger.count(
            "seconds until everything had ended", (System.nanoTime() - begin) / 1_000_000_000);
        return;
      }
      if (System.nanoTime() - begin > SETTLING.toNanos()) {
        open.forEach(each -> ledger.violation("has not ended: " + each));
        return;
      }
      if (++looks % LOOKS_BETWEEN_LINES == 0) {
        System.out.printf("          still open: %d, such as %s%n", open.size(), open.getFirst());
      }
      makeDue();
      Thread.sleep(1000);
    }
  }

  /** Deliveries that have failed before wait for minutes. */
  private void makeDue() {
    database.execute(
        """
        UPDATE control_plane.webhook_deliveries SET due_at = now()
        WHERE status = 'pending' AND due_at > now() + interval '10 seconds';
        UPDATE control_plane.webhook_queues SET next_at = now() WHERE next_at > now()
        """);
  }

  private List<String> unfinished() {
    List<String> open = new ArrayList<>();
    UNFINISHED.forEach(
        (what, query) -> database.control(query).forEach(each -> open.add(what + ": " + each)));
    for (Tenant tenant : sending()) {
      int missing = tenant.accepted().size() - delivered(tenant).size();
      if (missing > 0) {
        open.add("%d events of tenant %s".formatted(missing, tenant.id()));
      }
    }
    return open;
  }

  private List<Tenant> sending() {
    return ledger.tenants().stream().filter(tenant -> !tenant.accepted().isEmpty()).toList();
  }

  private List<String> delivered(Tenant tenant) {
    return database.column(
        "car_" + tenant.id().replace('-', '_'),
        "SELECT event_id FROM inbox_events ORDER BY position");
  }

  private void compareTenants() {
    Map<String, String> recorded = new HashMap<>();
    Set<String> names = new HashSet<>();
    for (String row :
        database.control(
            "SELECT tenant_id || ' ' || status || ' ' || name FROM control_plane.tenants")) {
      String[] parts = row.split(" ", -1);
      recorded.put(parts[0], parts[1]);
      if (!names.add(parts[2])) {
        ledger.violation("there are two tenants " + parts[2]);
      }
    }
    for (Tenant tenant : ledger.tenants()) {
      String status = recorded.getOrDefault(tenant.id(), "deleted");
      String acknowledged = tenant.status();
      if (acknowledged != null && !acknowledged.equals(status)) {
        ledger.violation("tenant %s is %s, not %s".formatted(tenant.id(), status, acknowledged));
      }
    }
    Set<String> known = new HashSet<>();
    ledger.tenants().forEach(tenant -> known.add(tenant.name()));
    known.addAll(ledger.openNames());
    ledger.commanded().stream()
        .filter(name -> !names.contains(name))
        .forEach(name -> ledger.violation("the command of tenant %s was lost".formatted(name)));
    names.stream()
        .filter(name -> !known.contains(name))
        .forEach(name -> ledger.violation("no client requested tenant " + name));
  }

  /** Each database and role is recorded, and each that is recorded is there. */
  private void compareDatabases() {
    compare(
        "databases",
        database.control(
            """
            SELECT database_name FROM control_plane.tenant_databases WHERE schema_name IS NULL
            UNION SELECT former_name FROM backup.restores
            WHERE former_name IS NOT NULL AND former_dropped_at IS NULL AND schema_name IS NULL
            UNION SELECT database_name FROM control_plane.pool_entries
            """),
        database.column(
            Database.MAINTENANCE,
            """
            SELECT datname
            FROM pg_database
            WHERE datname NOT IN ('postgres', 'template0', 'template1')
              AND datname NOT LIKE 'tenantry\\_%'
              AND datname NOT LIKE 'tpl\\_%'
            """));
    compare(
        "schemas",
        database.control(
            "SELECT schema_name FROM control_plane.tenant_databases WHERE schema_name IS NOT NULL"),
        database.column(
            "tenantry_shared",
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'chaos\\_fleet\\_%'"));
  }

  private void compare(String what, Collection<String> recorded, Collection<String> found) {
    Set<String> missing = new TreeSet<>(recorded);
    missing.removeAll(found);
    Set<String> orphans = new TreeSet<>(found);
    orphans.removeAll(recorded);
    missing.forEach(name -> ledger.violation("%s: %s is missing".formatted(what, name)));
    orphans.forEach(name -> ledger.violation("%s: %s is an orphan".formatted(what, name)));
  }

  /** Each active tenant can log in with the connection string that it is given. */
  private void compareLogins() throws InterruptedException {
    for (String id :
        database.control(
            "SELECT tenant_id::text FROM control_plane.tenants WHERE status = 'active'")) {
      try {
        Answer answer =
            api.send("tenant-service", "GET", "/tenants/" + id + "/connection-string", "");
        logIn(URI.create(answer.text("connection_string")));
        ledger.count("tenants logged in", 1);
      } catch (NoAnswer | SQLException | IllegalArgumentException e) {
        ledger.violation("tenant %s cannot log in: %s".formatted(id, e.getMessage()));
      }
    }
  }

  private static void logIn(URI connection) throws SQLException {
    String[] login = connection.getUserInfo().split(":", 2);
    Properties properties = new Properties();
    properties.setProperty("user", login[0]);
    properties.setProperty("password", login[1]);
    String url =
        "jdbc:postgresql://%s:%d%s"
            .formatted(connection.getHost(), connection.getPort(), connection.getPath());
    try (Connection session = DriverManager.getConnection(url, properties)) {
      session.isValid(5);
    }
  }

  /** Each accepted event is in its tenant's database, once, in order; nothing else is. */
  private void compareEvents() {
    for (Tenant tenant : sending()) {
      List<String> accepted = List.copyOf(tenant.accepted());
      List<String> delivered = delivered(tenant);
      if (delivered.size() != new HashSet<>(delivered).size()) {
        ledger.violation("tenant %s has events twice".formatted(tenant.id()));
      }
      List<String> common = delivered.stream().filter(tenant.accepted()::contains).toList();
      if (!common.equals(accepted)) {
        ledger.violation(
            "tenant %s: %d events accepted, %d of them delivered, in order: %b"
                .formatted(
                    tenant.id(),
                    accepted.size(),
                    common.size(),
                    accepted.subList(0, Math.min(common.size(), accepted.size())).equals(common)));
      }
      ledger.count("events compared", accepted.size());
    }
  }

  private void compareWebhooks() {
    for (Tenant tenant : ledger.tenants()) {
      if (!receiver.hasReceived(tenant.id())) {
        ledger.violation("no webhook reported tenant " + tenant.id());
      }
    }
  }

  private void compareBackups() throws InterruptedException {
    for (String backup : ledger.backups()) {
      try {
        Answer job = api.send("backup-service", "POST", "/backups/" + backup + "/verify", Map.of());
        Answer end = job;
        while (List.of("pending", "running").contains(end.text("status"))) {
          end = api.send("backup-service", "GET", "/jobs/" + job.text("id") + "?wait=10", "");
        }
        if (!end.text("status").equals("completed")) {
          ledger.violation("backup %s is damaged: %s".formatted(backup, end.body()));
        }
        ledger.count("backups verified", 1);
      } catch (NoAnswer e) {
        ledger.violation("backup %s: %s".formatted(backup, e.getMessage()));
      }
    }
  }

  /** After one more campaign each tenant of the fleet has every column of the newest version. */
  private void compareSchemas(CampaignClient campaigns) throws InterruptedException {
    migrate(campaigns);
    Set<String> wanted = new TreeSet<>(List.of("car_id"));
    for (int n = 2; n <= campaigns.version(); n++) {
      wanted.add("c" + n);
    }
    for (String schema :
        database.control(
            "SELECT schema_name FROM control_plane.tenant_databases WHERE schema_name IS NOT NULL")) {
      Set<String> found =
          new TreeSet<>(
              database.column(
                  "tenantry_shared",
                  "SELECT column_name FROM information_schema.columns WHERE table_schema = '%s' AND table_name = 'cars'"
                      .formatted(schema)));
      if (!found.equals(wanted)) {
        ledger.violation("schema %s has columns %s, not %s".formatted(schema, found, wanted));
      }
    }
    ledger.count("versions of the fleet", campaigns.version());
  }

  /** A version that was just published has no template yet, for example. */
  private void migrate(CampaignClient campaigns) throws InterruptedException {
    long end = System.nanoTime() + SETTLING.toNanos();
    while (true) {
      try {
        campaigns.migrate();
        return;
      } catch (NoAnswer e) {
        if (System.nanoTime() > end) {
          ledger.violation("the last campaign: " + e.getMessage());
          return;
        }
        Thread.sleep(1000);
      } catch (IllegalStateException e) {
        ledger.violation("the last campaign: " + e.getMessage());
        return;
      }
    }
  }
}
