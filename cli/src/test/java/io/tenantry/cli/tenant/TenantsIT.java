package io.tenantry.cli.tenant;

import static io.tenantry.cli.Services.newName;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.Ctl;
import io.tenantry.cli.Services;
import io.tenantry.cli.Sql;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.localstack.LocalStack;
import java.sql.Connection;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TenantsIT {

  private final Ctl ctl = Services.ctl();

  @Test
  @Tag("P5")
  void createsAndShowsTenant() {
    String name = newName();
    ctl.run(
            "tenants",
            "create",
            name,
            "-e",
            "production",
            "--api-keys",
            "1",
            "--metadata",
            "plan=gold")
        .ok()
        .prints(
            """
            TENANT  NAME  ENVIRONMENT  STATUS  BLUEPRINT  REGION  CREATED
            <id>  NAME  production  active  car  us-east-1  <time>

            KEY_ID  NAME  SCOPES  EXPIRES  KEY
            <id>  key-1  read,write  -  <key>
            """
                .replace("NAME  production", name + "  production"))
        .says("These keys are not shown again.\n");

    String shown = ctl.run("tenants", "show", "production/" + name).ok().out();
    assertThat(shown).contains("name:", name, "plan", "gold", "provisioning:", "activation");
    JsonNode json = ctl.run("tenants", "show", name, "-o", "json").ok().json();
    assertThat(json.path("name").asText()).isEqualTo(name);
    assertThat(json.path("metadata").path("plan").asText()).isEqualTo("gold");
    assertThat(ctl.run("tenants", "show", name, "-o", "yaml").ok().out())
        .contains("name: " + name + "\n", "metadata:\n  plan: gold\n");
    assertThat(ctl.name("tenants", "show", name, "-o", "name"))
        .isEqualTo(json.path("tenant_id").asText());
  }

  @Test
  @Tag("P5")
  void createsSeveralTenantsAndShowsThoseBeforeFailure() {
    String name = newName();
    ctl.run("tenants", "create", name + "_1", name + "_2", "--api-keys", "1", "--no-headers")
        .ok()
        .prints(
            """
            <id>  %1$s_1  development  active  car  us-east-1  <time>
            <id>  %1$s_2  development  active  car  us-east-1  <time>

            <id>  key-1  read,write  -  <key>
            <id>  key-1  read,write  -  <key>
            """
                .formatted(name));

    Ctl.Result some =
        ctl.run("tenants", "create", name + "_3", name + "_1", name + "_4", "-o", "name");
    assertThat(some.code()).isEqualTo(ExitCode.CONFLICT.number());
    some.prints("<id>\n");
    ctl.run("tenants", "show", name + "_4").fails(ExitCode.NOT_FOUND);
    ctl.run("tenants", "create", name + "_5", name + "_6", "--async").fails(ExitCode.USAGE);
  }

  @Test
  @Tag("P5")
  void repeatsCreationWithExternalIdAndFindsTenant() {
    String name = newName();
    String id = "crm-" + name;
    String[] create = {"tenants", "create", name, "--external-id", id, "-o", "name"};
    String tenant = ctl.name(create);

    assertThat(ctl.name(create)).isEqualTo(tenant);
    assertThat(ctl.name("tenants", "create", name, "--external-id", id, "--async", "-o", "name"))
        .isEqualTo(tenant);
    assertThat(ctl.name("tenants", "list", "--external-id", id, "-o", "name")).isEqualTo(tenant);
    assertThat(ctl.name("tenants", "list", "--name", name, "-o", "name")).isEqualTo(tenant);
    ctl.run("tenants", "create", name + "_2", "--external-id", id).fails(ExitCode.CONFLICT);
    ctl.run("tenants", "create", name + "_2", name + "_3", "--external-id", id)
        .fails(ExitCode.USAGE);

    ctl.run("tenants", "update", name, "--external-id", "another").fails(ExitCode.CONFLICT);
    ctl.run("tenants", "update", name, "--external-id", "").ok();
    assertThat(ctl.run("tenants", "show", name, "-o", "json").ok().json().has("external_id"))
        .isFalse();
    ctl.run("tenants", "update", name, "--external-id", "another-" + id).ok();
  }

  @Test
  @Tag("P5")
  void namesEachInvalidField() {
    ctl.run("tenants", "create", "no spaces!", "-e", "moon", "--api-keys", "77")
        .fails(ExitCode.USAGE)
        .says(
"""
tenantctl: Invalid request: 2 fields are invalid. (VALIDATION_FAILED)
  environment: must be one of development, staging, production
  name: must be 1 to 255 of A-Z a-z 0-9 _ -
""");
  }

  @Test
  @Tag("P5")
  void refusesTakenName() {
    String name = newName();
    ctl.run("tenants", "create", name).ok();

    ctl.run("tenants", "create", name)
        .fails(ExitCode.CONFLICT)
        .says(
"""
tenantctl: Tenant name already in use: The tenant %s already exists in development; choose another name. (TENANT_NAME_TAKEN)
hint: names are unique in an environment; choose another
"""
                .formatted(name));
  }

  @Test
  @Tag("P5")
  void listsByPagesInEveryFormat() {
    String prefix = newName();
    for (int n = 0; n < 3; n++) {
      ctl.run("tenants", "create", prefix + n).ok();
    }
    String[] list = {"tenants", "list", "--name-prefix", prefix, "--limit", "2"};

    Ctl.Result first = ctl.run(list).ok();
    assertThat(first.out().lines()).hasSize(3);
    assertThat(first.err()).startsWith("More items: --all, or --after ");
    String after = first.err().strip().replaceFirst(".* ", "");
    assertThat(
            ctl.run("tenants", "list", "--name-prefix", prefix, "--after", after, "--no-headers")
                .ok()
                .out()
                .lines())
        .singleElement()
        .asString()
        .contains(prefix + "2");
    assertThat(
            ctl.run("tenants", "list", "--name-prefix", prefix, "--all", "-o", "name")
                .ok()
                .out()
                .lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(UUID.fromString(line)).isNotNull());
    JsonNode json =
        ctl.run("tenants", "list", "--name-prefix", prefix, "--limit", "2", "-o", "json")
            .ok()
            .json();
    assertThat(json.path("items")).hasSize(2);
    assertThat(json.path("next").asText()).isEqualTo(after);
    assertThat(ctl.run("tenants", "list", "--name-prefix", prefix, "--sort=-name").ok().out())
        .containsSubsequence(prefix + "2", prefix + "1", prefix + "0");
    assertThat(ctl.run("tenants", "count").ok().out()).containsPattern("active +[a-z]+ +[0-9]+");
    assertThat(ctl.run("tenants", "count", "-o", "json").ok().json().path("total").asInt())
        .isGreaterThanOrEqualTo(3);
    ctl.run("tenants", "list", "--limit", "0").fails(ExitCode.USAGE);
    ctl.run("tenants", "list", "--status", "asleep")
        .fails(ExitCode.USAGE)
        .says(
"""
tenantctl: Invalid request: One field is invalid. (VALIDATION_FAILED)
  status: is not a valid status
""");
  }

  @Test
  @Tag("P5")
  void renamesAnnotatesSuspendsAndResumes() {
    String name = newName();
    String id = ctl.name("tenants", "create", name, "-o", "name");

    assertThat(
            ctl.run("tenants", "rename", name, name + "_b", "-o", "json")
                .ok()
                .json()
                .path("name")
                .asText())
        .isEqualTo(name + "_b");
    ctl.run("tenants", "annotate", id, "plan=gold", "seats=5").ok();
    assertThat(
            ctl.run("tenants", "annotate", id, "plan=", "-o", "json")
                .ok()
                .json()
                .path("metadata")
                .toString())
        .isEqualTo("{\"seats\":\"5\"}");
    ctl.run("tenants", "suspend", id, "--no-headers")
        .ok()
        .prints("<id>  %s_b  development  suspended  car  us-east-1  <time>\n".formatted(name));
    ctl.run("tenants", "resume", id, "--no-headers")
        .ok()
        .prints("<id>  %s_b  development  active  car  us-east-1  <time>\n".formatted(name));
    ctl.run("tenants", "suspend", UUID.randomUUID().toString())
        .fails(ExitCode.NOT_FOUND)
        .says(
"""
tenantctl: Tenant not found: There is no tenant <id>. (TENANT_NOT_FOUND)
hint: tenantctl tenants list shows all tenants
""");
    ctl.run("tenants", "resume", "nobody")
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: there is no tenant nobody
            hint: tenantctl tenants list shows all tenants
            """);
  }

  @Test
  @Tag("P5")
  void namesAllTenantsOfAmbiguousName() {
    String name = newName();
    ctl.run("tenants", "create", name, "-e", "staging").ok();
    ctl.run("tenants", "create", name, "-e", "production").ok();

    ctl.run("tenants", "show", name)
        .fails(ExitCode.USAGE)
        .says(
            "tenantctl: there are 2 tenants %1$s: write staging/%1$s or production/%1$s\n"
                .formatted(name));
    ctl.run("tenants", "show", "staging/" + name).ok();
  }

  @Test
  @Tag("P5")
  void masksPasswordOfConnectionUnlessRequested() throws Exception {
    String name = newName();
    ctl.run("tenants", "create", name).ok();

    assertThat(ctl.name("tenants", "connection", name, "-o", "name"))
        .matches("postgresql://[^:]+:\\*{8}@.*");
    assertThat(ctl.run("tenants", "connection", name, "--debug").ok().err())
        .doesNotContainPattern("postgresql://[^:]+:[^*@]+@");
    String connection = ctl.name("tenants", "connection", name, "--show-password", "-o", "name");
    assertThat(user(connection)).startsWith("car_");
    ctl.run("tenants", "rotate-credentials", name, "--overlap", "1h").ok();
    assertThat(user(ctl.name("tenants", "connection", name, "--show-password", "-o", "name")))
        .isNotEqualTo(user(connection));
    ctl.run("tenants", "rotate-credentials", name).fails(ExitCode.CONFLICT);
  }

  private static String user(String connection) throws Exception {
    try (Connection session = Sql.connect(connection);
        var answer = session.createStatement().executeQuery("SELECT session_user")) {
      answer.next();
      return answer.getString(1);
    }
  }

  @Test
  @Tag("P5")
  void deletesOnlyWhenConfirmed() {
    String name = newName();
    String id = ctl.name("tenants", "create", name, "-o", "name");

    ctl.run("tenants", "delete", name)
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: This deletes tenant %s with its database, after a final backup. There is no terminal to ask for confirmation
            hint: --yes skips the confirmation
            """
                .formatted(name));
    assertThat(
            ctl.typing("n\n")
                .with("NO_COLOR", "1")
                .run("tenants", "delete", name)
                .fails(ExitCode.FAILURE)
                .err())
        .contains("Go on? [y/N]", "nothing was changed");
    ctl.run("tenants", "show", name).ok();

    Ctl.Result deleted = ctl.run("tenants", "delete", name, "--wait", "--yes").ok();
    assertThat(deleted.out()).isEmpty();
    assertThat(deleted.err()).contains("deletion: deleting", "Tenant " + name + " deleted.");
    ctl.run("tenants", "show", name).fails(ExitCode.NOT_FOUND);
    assertThat(
            ctl.name("tenants", "list", "--status", "deleted", "--name-prefix", name, "-o", "name"))
        .isEqualTo(id);
    ctl.run("tenants", "purge", id, "--yes").ok().prints("").says("Tenant <id> purged.\n");
    ctl.run("tenants", "show", id).fails(ExitCode.NOT_FOUND);
  }

  @Test
  @Tag("P5")
  void deletesWithoutFinalBackup() throws Exception {
    String name = newName();
    String id = ctl.name("tenants", "create", name, "-o", "name");
    ctl.run("tenants", "delete", name, "--no-final-backup", "--yes", "--wait").ok();

    try (Connection session = LocalStack.shared().postgres().connect("postgres");
        var answer =
            session
                .createStatement()
                .executeQuery(
                    "SELECT count(*) FROM pg_database WHERE datname LIKE '%"
                        + id.replace('-', '_')
                        + "'")) {
      answer.next();
      assertThat(answer.getInt(1)).isZero();
    }
  }

  @Test
  @Tag("P5")
  void createsByJobAndWaits() {
    String name = newName();
    ctl.run("tenants", "create", name, "--async", "--wait", "--no-headers")
        .ok()
        .prints("<id>  %s  development  active  car  us-east-1  <time>\n".formatted(name));
    Ctl.Result begun = ctl.run("tenants", "create", newName(), "--async", "-o", "name").ok();
    String job = begun.out().strip();
    assertThat(begun.err()).isEqualTo("To wait for it: tenantctl jobs wait " + job + "\n");
    ctl.run("jobs", "wait", job, "--no-headers")
        .ok()
        .prints("<id>  provision_tenant  <id>  completed  1  -  <time>  <time>\n");
    ctl.run("jobs", "show", job).ok();
    assertThat(
            ctl.run(
                    "jobs",
                    "list",
                    "--service",
                    "tenant",
                    "--status",
                    "completed",
                    "-o",
                    "name",
                    "--limit",
                    "500")
                .ok()
                .out())
        .contains(job);
    assertThat(ctl.run("jobs", "list", "--type", "provision_tenant", "-o", "name").ok().out())
        .contains(job);
    ctl.run("jobs", "cancel", job)
        .fails(ExitCode.CONFLICT)
        .says(
"""
tenantctl: Job already running or finished: The job is completed. (JOB_NOT_CANCELLABLE)
""");
    ctl.run("jobs", "show", UUID.randomUUID().toString())
        .fails(ExitCode.NOT_FOUND)
        .says(
"""
tenantctl: Job not found: There is no job <id>. (JOB_NOT_FOUND)
hint: tenantctl jobs list shows all jobs
""");
    ctl.run("jobs", "list", "--all").fails(ExitCode.USAGE);
  }
}
