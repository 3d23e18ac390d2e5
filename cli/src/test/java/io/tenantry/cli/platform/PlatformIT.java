package io.tenantry.cli.platform;

import static io.tenantry.cli.Services.newName;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.Ctl;
import io.tenantry.cli.Services;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.localstack.CertificateAuthority;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.localstack.PostgresTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projects, blueprints, clusters, services, quotas, encryption, orphans, audit. */
class PlatformIT {

  private final Ctl ctl = Services.ctl();

  @TempDir Path folder;

  @Test
  @Tag("P5")
  void registersAndProvisionsProject() {
    String name = newName();
    String id =
        ctl.name("projects", "create", name, "-e", "staging", "--owner", "alice", "-o", "name");

    ctl.run("projects", "show", id).ok();
    Ctl.Result provisioned =
        ctl.run(
            "projects",
            "provision",
            id,
            "--service",
            "auth",
            "--api-keys",
            "1",
            "--wait",
            "--no-headers");
    provisioned.ok().prints("<id>  %s  staging  active  us-east-1  auth  <time>\n".formatted(name));
    assertThat(Ctl.stable(provisioned.err()))
        .endsWith("provision_project: completed\nIts API keys: tenantctl keys collect <id>\n");
    assertThat(ctl.run("projects", "list", "--all", "-o", "name").ok().out()).contains(id);
    ctl.run("projects", "provision", id)
        .fails(ExitCode.CONFLICT)
        .says(
            """
            tenantctl: Project already provisioned: The project is already provisioned. (PROJECT_ALREADY_PROVISIONED)
            """);
    ctl.run("projects", "show", UUID.randomUUID().toString()).fails(ExitCode.NOT_FOUND);
    ctl.run("projects", "create", "no spaces!")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: Invalid request: One field is invalid. (VALIDATION_FAILED)
              name: must be 1 to 255 of A-Z a-z 0-9 _ -
            """);
  }

  @Test
  @Tag("P5")
  void pushesAndShowsBlueprint() throws Exception {
    String name = newName();
    Files.createDirectories(folder.resolve("migrations"));
    Files.writeString(
        folder.resolve("blueprint.yaml"),
        """
        name: %s
        isolation: database
        naming: %s_{tenant_id}
        """
            .formatted(name, name));
    Path sql = folder.resolve("migrations/V1__items.sql");
    Files.writeString(sql, "CREATE TABLE items (id int PRIMARY KEY);\n");
    Files.writeString(folder.resolve(".hidden"), "not part of it");

    ctl.run("blueprints", "validate", folder.toString(), "--no-headers")
        .ok()
        .prints(
            """
            <name>  <version>  yes
            """);
    ctl.run("blueprints", "show", name).fails(ExitCode.NOT_FOUND);
    String version =
        ctl.run("blueprints", "push", folder.toString(), "-o", "json")
            .ok()
            .json()
            .path("version")
            .asText();
    assertThat(ctl.run("blueprints", "show", name).ok().out())
        .contains("BLUEPRINT", version, "--- migrations/V1__items.sql\nCREATE TABLE items");
    Path copy = folder.resolve("../copy").normalize();
    ctl.run("blueprints", "show", name, "--version", version, "--to", copy.toString()).ok();
    assertThat(copy.resolve("migrations/V1__items.sql")).hasSameTextualContentAs(sql);
    assertThat(ctl.run("blueprints", "list", "-o", "name").ok().out().lines())
        .contains("car", "project", "acquiring", name);

    Files.writeString(sql, "CREATE TABL items (id int PRIMARY KEY);\n");
    ctl.run("blueprints", "validate", folder.toString())
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: Invalid request: One field is invalid. (VALIDATION_FAILED)
              files.migrations/V1__items.sql: line 1: it fails: syntax error at or near "TABL" (SQLSTATE 42601)
            """);
    ctl.run("blueprints", "push", folder.toString()).fails(ExitCode.USAGE);
    ctl.run("blueprints", "push", folder.resolve("migrations").toString())
        .fails(ExitCode.USAGE)
        .says("tenantctl: there is no blueprint.yaml in " + folder.resolve("migrations") + "\n");
    ctl.run("blueprints", "push", "nowhere").fails(ExitCode.USAGE);
  }

  @Test
  @Tag("P5")
  void registersDrainsAndRemovesCluster() {
    String name = "c" + newName();
    Map<String, String> stack = LocalStack.shared().environment();
    PostgresServer second = LocalStack.shared().startCluster(name);
    Ctl typing = ctl.reading(stack.get("TENANT_CLUSTER_ADMIN_PASSWORD") + "\n");
    String[] register = {
      "clusters",
      "register",
      name,
      "--region",
      "eu-west-1",
      "--host",
      second.host(),
      "--port",
      Integer.toString(second.port()),
      "--admin-user",
      stack.get("TENANT_CLUSTER_ADMIN_USER"),
      "--password-file",
      "-",
      "--capacity",
      "7",
      "--no-headers"
    };

    ctl.reading("wrong\n")
        .run(register)
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: PostgreSQL cluster not usable: <address>: PostgreSQL refuses the admin's login: password authentication failed for user "tenantry_admin" (SQLSTATE 28P01). (CLUSTER_UNUSABLE)
            """);
    typing
        .run(register)
        .ok()
        .prints(
            """
            <name>  eu-west-1  %s  %d  active  0  7
            """
                .formatted(second.host(), second.port()));
    typing.run(register).fails(ExitCode.CONFLICT);
    assertThat(ctl.run("clusters", "list", "-o", "name").ok().out().lines())
        .contains("default", name);
    ctl.run("clusters", "drain", name, "--no-headers")
        .ok()
        .prints(
            """
            <name>  eu-west-1  %s  %d  draining  0  7
            """
                .formatted(second.host(), second.port()));
    ctl.run("clusters", "activate", name).ok();
    assertThat(
            ctl.run("clusters", "limit", name, "9", "-o", "json")
                .ok()
                .json()
                .path("capacity")
                .asInt())
        .isEqualTo(9);
    assertThat(ctl.run("clusters", "show", name).ok().out()).contains("eu-west-1");
    ctl.run("clusters", "delete", name).fails(ExitCode.USAGE);
    ctl.run("clusters", "delete", name, "--yes").ok().says("Cluster " + name + " removed.\n");
    ctl.run("clusters", "show", name)
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: Cluster not found: There is no cluster <name>. (CLUSTER_NOT_FOUND)
            hint: tenantctl clusters list shows all clusters
            """);
  }

  @Test
  @Tag("P13")
  @Tag("F16")
  @Tag("F17")
  void changesAddressOfCluster() throws IOException {
    String name = "c" + newName();
    Map<String, String> stack = LocalStack.shared().environment();
    PostgresServer second = LocalStack.shared().startCluster(name);
    CertificateAuthority authority = CertificateAuthority.create("ours");
    PostgresTls.use(second, authority.issue("server", second.host(), "localhost"));
    Path trusted = Files.writeString(folder.resolve("ca.pem"), authority.certificate());
    Path unknown =
        Files.writeString(
            folder.resolve("other.pem"), CertificateAuthority.create("another").certificate());
    String[] register = {
      "clusters",
      "register",
      name,
      "--region",
      "eu-west-1",
      "--host",
      second.host(),
      "--port",
      Integer.toString(second.port()),
      "--password-file",
      "-",
      "--ssl-mode",
      "verify-full",
      "--ssl-root-cert"
    };
    Ctl typing = ctl.reading(stack.get("TENANT_CLUSTER_ADMIN_PASSWORD") + "\n");

    assertThat(typing.run(and(register, unknown.toString())).fails(ExitCode.USAGE).err())
        .contains("TLS connection to the PostgreSQL cluster failed", "(CLUSTER_TLS_FAILED)");
    typing.run(and(register, "nowhere.pem")).fails(ExitCode.USAGE);
    typing.run(and(register, trusted.toString())).ok();
    ctl.run("clusters", "certificate", name).ok().prints(authority.certificate());
    ctl.run("clusters", "update", name, "--host", "localhost").fails(ExitCode.USAGE);
    typing
        .run(
            "clusters",
            "update",
            name,
            "--host",
            "localhost",
            "--password-file",
            "-",
            "--no-headers")
        .ok()
        .prints(
            """
            <name>  eu-west-1  localhost  %d  active  0  2000
            """
                .formatted(second.port()));
    ctl.reading("wrong\n")
        .run("clusters", "update", name, "--password-file", "-")
        .fails(ExitCode.USAGE);
    ctl.run("clusters", "update", name).fails(ExitCode.USAGE).says("tenantctl: no change given\n");
    ctl.run("clusters", "update", name, "--ssl-mode", "require").ok();
    ctl.run("clusters", "certificate", name).fails(ExitCode.NOT_FOUND);
    ctl.run("clusters", "delete", name, "--yes").ok();
  }

  private static String[] and(String[] words, String last) {
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = last;
    return all;
  }

  @Test
  @Tag("P5")
  void managesServicesAndQuotasOfTenant() {
    String name = newName();
    ctl.run("tenants", "create", name, "--service", "auth").ok();

    ctl.run("services", "register", name, "storage", "-o", "name").ok().prints("storage\n");
    ctl.run("services", "disable", name, "auth").ok();
    ctl.run("services", "list", name)
        .ok()
        .prints(
            """
            SERVICE  STATUS  REGISTERED  ENDPOINT  CHECKED  ERROR
            auth  disabled  no  https://auth.tenantry.internal/<id>  -  -
            storage  active  no  https://storage.tenantry.internal/<id>  -  -
            """);
    ctl.run("services", "enable", name, "auth").ok();
    ctl.run("services", "remove", name, "auth", "--yes").ok();
    ctl.run("services", "enable", name, "auth").fails(ExitCode.NOT_FOUND);
    ctl.run("services", "register", name, "mail").fails(ExitCode.USAGE);

    ctl.run("quotas", "set", name, "api_keys=2", "services=3").ok();
    ctl.run("quotas", "show", name)
        .ok()
        .prints(
            """
            RESOURCE  QUOTA  USED
            databases  1  1
            api_keys  2  0
            services  3  1
            """);
    ctl.run("quotas", "set", name, "moons=2")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: Invalid request: One field is invalid. (VALIDATION_FAILED)
              moons: is not a known field
            """);
    ctl.run("quotas", "set", name, "api_keys=many").fails(ExitCode.USAGE);
  }

  @Test
  @Tag("P5")
  void rewrapsAndListsOrphans() {
    assertThat(ctl.run("encryption", "keys").ok().out()).startsWith("KEY_ID");
    JsonNode job = ctl.run("encryption", "rewrap", "--wait", "-o", "json").ok().json();
    assertThat(job.path("status").asText()).isEqualTo("completed");
    ctl.run("orphans", "list", "-o", "json").ok();
    ctl.run("orphans", "reap").fails(ExitCode.USAGE);
    ctl.run("orphans", "reap", "--yes").ok();
  }

  @Test
  @Tag("P13")
  void showsThatRecoveryIsNotNeeded() {
    assertThat(
            ctl.run("recover", "status", "-o", "json").ok().json().path("active").asBoolean(true))
        .isFalse();
    assertThat(ctl.run("recover", "plan", "-o", "json").ok().json().path("items").isArray())
        .isTrue();
  }

  @Test
  void listsWhatRegistryHasAndServerLacks() {
    ctl.run("tenants", "create", newName()).ok();

    ctl.run("orphans", "missing", "-o", "json").ok();
    assertThat(ctl.run("doctor").out()).contains("missing databases", "schedules");
  }

  @Test
  void showsAndReconcilesSchedules() {
    ctl.run("tenants", "create", newName()).ok();

    assertThat(ctl.run("schedules", "differences").ok().out())
        .startsWith("TENANTS")
        .contains("MISSING", "UNKNOWN", "HELD");
    ctl.run("schedules", "reconcile", "--beyond-limits").fails(ExitCode.USAGE);
    assertThat(
            ctl.run("schedules", "reconcile", "-o", "json")
                .ok()
                .json()
                .path("deleted")
                .path("count")
                .asInt())
        .isZero();
    ctl.run("schedules", "reconcile", "--beyond-limits", "--yes").ok();
  }

  @Test
  @Tag("P5")
  void readsAuditLog() {
    String name = newName();
    String id = ctl.name("tenants", "create", name, "-o", "name");
    ctl.run("tenants", "connection", name).ok();

    String audit = ctl.run("audit", "--tenant", name).ok().out();
    assertThat(audit).startsWith("POSITION").contains(id);
    assertThat(ctl.run("audit", "--tenant", name, "--limit", "1", "-o", "name").ok().err())
        .startsWith("More items");
    ctl.run("audit", "--from", "yesterday")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: Invalid request: One field is invalid. (VALIDATION_FAILED)
              from: must be an RFC 3339 timestamp
            """);
  }

  @Test
  @Tag("P5")
  void showsStatusOfPlatform() {
    ctl.run("tenants", "create", newName()).ok();

    String status = ctl.run("status").ok().out();
    assertThat(Ctl.stable(status))
        .startsWith(
            """
            SERVICE  STATUS  ADDRESS  NOT_READY
            tenant-service  up  http://<address>  -
            ingestion-service  up  http://<address>  -
            backup-service  up  http://<address>  -

            CLUSTER  REGION  STATUS  TENANTS  CAPACITY
            """)
        .contains("BLUEPRINT  CURRENT  UP_TO_DATE  PENDING  FAILED  DRIFTED\n")
        .contains(
            """
            TOPIC  AS_CONFIGURED
            ingestion-events  yes
            ingestion-events-dlq  yes

            GROUP  STATE  MEMBERS  LAG
            """);
    assertThat(ctl.run("status", "-o", "json").ok().json().path("services")).hasSize(3);
    Ctl.Result away = ctl.with("BACKUP_URL", "http://127.0.0.1:1").run("status");
    assertThat(away.code()).isEqualTo(ExitCode.UNREACHABLE.number());
    assertThat(away.out()).contains("unreachable", "ingestion-events");
  }

  @Test
  @Tag("P5")
  void diagnosesFaultySetup() {
    Ctl.Result healthy = ctl.run("doctor");
    assertThat(healthy.out())
        .contains("settings", "from the environment", "and accepts the key")
        .doesNotContain("fail ");

    Ctl.Result wrongKey = ctl.with("TENANTRY_ADMIN_KEY", "not-the-key-at-all").run("doctor");
    assertThat(wrongKey.code()).isEqualTo(ExitCode.FAILURE.number());
    assertThat(wrongKey.out()).contains("the key is missing or invalid", "TENANTRY_ADMIN_KEY, or");

    Ctl.Result away = ctl.with("INGESTION_URL", "http://127.0.0.1:1").run("doctor");
    assertThat(away.out())
        .contains("connection refused by http://127.0.0.1:1", "start it, or correct");

    Ctl.Result crossed =
        ctl.with("BACKUP_URL", ctl.environment().get("INGESTION_URL")).run("doctor");
    assertThat(crossed.out()).contains("another service responds at");

    Ctl.Result foreign =
        ctl.with("BACKUP_URL", ctl.environment().get("BACKUP_URL") + "/elsewhere").run("doctor");
    assertThat(foreign.out()).contains("is not a Tenantry service");

    Ctl.Result nothing =
        Ctl.bare().with("XDG_CONFIG_HOME", folder.toString()).run("doctor", "-o", "json");
    assertThat(nothing.code()).isEqualTo(ExitCode.FAILURE.number());
    assertThat(nothing.json().path("items"))
        .singleElement()
        .satisfies(
            check -> assertThat(check.path("found").asText()).startsWith("no URL configured for"));
  }

  @Test
  @Tag("P5")
  void namesServiceThatIsUnreachableOrRefuses() {
    ctl.with("TENANT_URL", "http://127.0.0.1:1")
        .run("tenants", "list")
        .fails(ExitCode.UNREACHABLE)
        .says(
            """
            tenantctl: tenant-service is unreachable: connection refused by http://<address>
            hint: tenantctl doctor finds the cause
            """);
    ctl.with("TENANT_URL", "http://no-such-host.invalid")
        .run("tenants", "list")
        .fails(ExitCode.UNREACHABLE)
        .says(
            """
            tenantctl: tenant-service is unreachable: there is no host no-such-host.invalid
            hint: tenantctl doctor finds the cause
            """);
    ctl.with("TENANTRY_ADMIN_KEY", "not-the-key-at-all")
        .run("tenants", "list")
        .fails(ExitCode.NOT_PERMITTED)
        .says(
            """
            tenantctl: Missing or invalid credentials: Send a key as 'Authorization: Bearer …' or 'X-API-Key: …'. (UNAUTHENTICATED)
            hint: set the correct key: TENANTRY_ADMIN_KEY, or tenantctl context set NAME --key-file FILE
            """);
    ctl.with("TENANT_URL", ctl.environment().get("TENANT_URL").replace("http:", "https:"))
        .run("tenants", "list")
        .fails(ExitCode.UNREACHABLE);
  }

  @Test
  @Tag("P5")
  void debugsRequestsWithoutSecrets() {
    Ctl.Result result =
        ctl.run("tenants", "create", newName(), "--api-keys", "1", "--debug", "-o", "json").ok();

    assertThat(result.err())
        .contains(
            "> POST http://",
            "> Authorization: ********",
            "\"api_keys\":{\"count\":1}",
            "< 201",
            "\"key\":\"********\"")
        .doesNotContain(ctl.environment().get("TENANTRY_ADMIN_KEY"))
        .doesNotContain(result.json().path("api_keys").get(0).path("key").asText());
  }
}
