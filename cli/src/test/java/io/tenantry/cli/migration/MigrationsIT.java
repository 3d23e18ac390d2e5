package io.tenantry.cli.migration;

import static io.tenantry.cli.Services.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.Ctl;
import io.tenantry.cli.Services;
import io.tenantry.cli.Sql;
import io.tenantry.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Ctl ctl = Services.ctl();
  private final String blueprint = newName();

  @TempDir Path folder;
  private String first;

  @BeforeEach
  void pushBlueprint() throws Exception {
    Files.createDirectories(folder.resolve("migrations"));
    Files.writeString(
        folder.resolve("blueprint.yaml"),
        "name: %1$s\nisolation: database\nnaming: %1$s_{tenant_id}\n".formatted(blueprint));
    first = push("1", "CREATE TABLE items (id int PRIMARY KEY)", "DROP TABLE items");
  }

  private String push(String number, String sql, String undo) throws Exception {
    Files.writeString(folder.resolve("migrations/V%s__step.sql".formatted(number)), sql + ";\n");
    Files.writeString(folder.resolve("migrations/U%s__step.sql".formatted(number)), undo + ";\n");
    return ctl.run("blueprints", "push", folder.toString(), "-o", "json")
        .ok()
        .json()
        .path("version")
        .asText();
  }

  private String tenant() {
    String name = newName();
    ctl.run("tenants", "create", name, "--blueprint", blueprint).ok();
    return name;
  }

  @Test
  @Tag("P5")
  void plansRunsAndRollsBackMigration() throws Exception {
    String name = tenant();
    ctl.run("migrations", "drift", name)
        .ok()
        .says("Tenant " + name + " matches its golden template.\n");
    execute(name, "CREATE TABLE made_by_hand (id int)");
    Ctl.Result drifted = ctl.run("migrations", "drift", name, "--no-headers");
    assertThat(drifted.code()).isEqualTo(ExitCode.FAILURE.number());
    assertThat(drifted.out()).contains("made_by_hand", "table");
    execute(name, "DROP TABLE made_by_hand");
    ctl.run("migrations", "drift", name).ok();
    push("2", "ALTER TABLE items ADD COLUMN price numeric", "ALTER TABLE items DROP COLUMN price");

    assertThat(ctl.run("migrations", "status", "--blueprint", blueprint, "--no-headers").ok().out())
        .contains(name, "pending");
    ctl.run("migrations", "plan", name, "--no-headers").ok().prints("V2__step.sql  yes\n");
    ctl.run("migrations", "run", name, "--wait", "--no-headers")
        .ok()
        .prints(
            """
            <id>  <id>  forward  <version>  <version>  completed  1  <time>  -
            """);
    ctl.run("migrations", "status", "--blueprint", blueprint, "--summary", "--no-headers")
        .ok()
        .prints(
            """
            <name>  <version>  1  0  0  0
            """);
    ctl.run("migrations", "rollback", name, "--to", first).fails(ExitCode.USAGE);
    ctl.run("migrations", "rollback", name, "--to", first, "--wait", "--yes", "--no-headers")
        .ok()
        .prints(
            """
            <id>  <id>  rollback  <version>  <version>  completed  1  <time>  -
            """);
    String migration =
        ctl.run("migrations", "list", name, "-o", "name")
            .ok()
            .out()
            .lines()
            .findFirst()
            .orElseThrow();
    assertThat(ctl.run("migrations", "show", migration).ok().out()).contains("U2__step.sql");
    ctl.run("migrations", "check-drift", "--blueprint", blueprint, "--wait", "--no-headers")
        .ok()
        .prints(
            """
            1  0  0
            """);
    ctl.run("migrations", "run", "nobody").fails(ExitCode.NOT_FOUND);
    ctl.run("migrations", "run", name, "--to", "nonsense")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: Invalid request: One field is invalid. (VALIDATION_FAILED)
              target_version: must be 12 hex digits
            """);
    ctl.run("migrations", "show", UUID.randomUUID().toString())
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: Migration not found: There is no migration <id>. (MIGRATION_NOT_FOUND)
            """);
  }

  @Test
  @Tag("outOfOrder")
  void warnsOfVersionThatTenantsCannotBeMigratedTo() throws Exception {
    Files.writeString(
        folder.resolve("migrations/V1__step.sql"), "CREATE TABLE items (id bigint PRIMARY KEY);");

    for (String verb : List.of("validate", "push")) {
      assertThat(ctl.run("blueprints", verb, folder.toString()).ok().err())
          .startsWith("Warning: V1__step.sql is changed: tenants that have run it cannot be");
    }
    // It is the current one now.
    assertThat(ctl.run("blueprints", "push", folder.toString()).ok().err()).isEmpty();
  }

  @Test
  @Tag("P5")
  void runsWatchesAndRollsBackCampaign() throws Exception {
    for (int n = 0; n < 4; n++) {
      tenant();
    }
    push("2", "ALTER TABLE items ADD COLUMN price numeric", "ALTER TABLE items DROP COLUMN price");

    // The golden template of the new version is created in the background.
    Ctl.Result plan =
        await()
            .atMost(LIMIT)
            .until(
                () -> ctl.run("campaigns", "plan", blueprint, "--no-headers").ok(),
                now -> !now.out().contains("golden template"));
    plan.prints("<version>  4  1  -\n")
        .says("To <version> of <name>: 4 tenants in 2 waves; 0 are already at this version.\n");
    Ctl.Result watched =
        ctl.run("campaigns", "start", blueprint, "--wave", "2", "--watch", "-o", "json").ok();
    assertThat(watched.err()).contains("campaign: completed");
    assertThat(watched.json().path("tenants").path("completed").asInt()).isEqualTo(4);
    String campaign = watched.json().path("id").asText();
    ctl.run("campaigns", "list", "--blueprint", blueprint, "--no-headers")
        .ok()
        .prints(
            """
            <id>  <name>  forward  <version>  completed  2  0  4  0  0  <time>
            """);
    assertThat(
            ctl.run("campaigns", "tenants", campaign, "--status", "completed", "-o", "name")
                .ok()
                .out()
                .lines())
        .hasSize(4);
    ctl.run("campaigns", "show", campaign).ok();
    ctl.run("campaigns", "pause", campaign).fails(ExitCode.CONFLICT);
    ctl.run("campaigns", "resume", campaign).fails(ExitCode.CONFLICT);
    ctl.run("campaigns", "cancel", campaign).fails(ExitCode.CONFLICT);
    ctl.run("campaigns", "rollback", campaign).fails(ExitCode.USAGE);
    assertThat(
            ctl.run("campaigns", "rollback", campaign, "--watch", "--yes", "-o", "json")
                .ok()
                .json()
                .path("tenants")
                .path("completed")
                .asInt())
        .isEqualTo(4);
    ctl.run("migrations", "status", "--blueprint", blueprint, "--summary", "--no-headers")
        .ok()
        .prints("<name>  <version>  0  4  0  0\n");
    ctl.run("campaigns", "start", "nothing-of-this")
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: Blueprint not found: There is no blueprint nothing-of-this. (BLUEPRINT_NOT_FOUND)
            hint: tenantctl blueprints list shows all blueprints
            """);
    ctl.run("campaigns", "watch", UUID.randomUUID().toString())
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: Campaign not found: There is no campaign <id>. (CAMPAIGN_NOT_FOUND)
            hint: tenantctl campaigns list shows all campaigns
            """);
  }

  @Test
  @Tag("P5")
  void failsOnHaltedCampaignAndRetriesIt() throws Exception {
    String broken = tenant();
    tenant();
    push("2", "ALTER TABLE items ADD COLUMN price numeric", "ALTER TABLE items DROP COLUMN price");
    execute(broken, "ALTER TABLE items ADD COLUMN price text");

    Ctl.Result halted =
        ctl.run("campaigns", "start", blueprint, "--canary", "2", "--watch", "--no-headers");
    assertThat(halted.code()).isEqualTo(ExitCode.FAILURE.number());
    assertThat(halted.err())
        .contains("tenantctl: the campaign was halted: ", "hint: tenantctl campaigns tenants ");
    String campaign =
        ctl.run("campaigns", "list", "--blueprint", blueprint, "-o", "name").ok().out().strip();
    assertThat(
            ctl.run("campaigns", "tenants", campaign, "--status", "failed", "-o", "name")
                .ok()
                .out()
                .lines())
        .hasSize(1);

    execute(broken, "ALTER TABLE items DROP COLUMN price");
    assertThat(
            ctl.run("campaigns", "retry", campaign, "-o", "json")
                .ok()
                .json()
                .path("status")
                .asText())
        .isEqualTo("running");
    ctl.run("campaigns", "watch", campaign, "--no-headers")
        .ok()
        .prints("<id>  <name>  forward  <version>  completed  0  0  2  0  0  <time>\n");
    ctl.run("campaigns", "retry", campaign)
        .fails(ExitCode.CONFLICT)
        .says(
            """
            tenantctl: Operation not allowed in this campaign state: No tenant of the campaign has failed. (CAMPAIGN_STATE)
            """);
  }

  @Test
  @Tag("P5")
  void pausesResumesAndCancelsRunningCampaign() throws Exception {
    List<String> tenants = List.of(tenant(), tenant(), tenant());
    push("2", "ALTER TABLE items ADD COLUMN price numeric", "ALTER TABLE items DROP COLUMN price");
    String first = held(tenants, campaign -> act("pause", campaign, "paused  0  0  0  0  2  -"));
    await().atMost(LIMIT).until(() -> tenantsOf(first).path("completed").asInt() == 1);
    assertThat(tenantsOf(first).path("pending").asInt()).isEqualTo(2);
    assertThat(ctl.run("campaigns", "watch", first, "--wait-for", "1s").fails(ExitCode.UNREACHABLE))
        .extracting(Ctl.Result::err)
        .isEqualTo(
            """
            campaign: paused
            tenantctl: campaign not finished within 1 s; it continues
            hint: tenantctl campaigns watch %s
            """
                .formatted(first));

    assertThat(
            ctl.run("campaigns", "resume", first, "-o", "json").ok().json().path("status").asText())
        .isEqualTo("running");
    ctl.run("campaigns", "watch", first, "--no-headers")
        .ok()
        .prints("<id>  <name>  forward  <version>  completed  1  0  3  0  0  <time>\n");

    push("3", "ALTER TABLE items ADD COLUMN colour text", "ALTER TABLE items DROP COLUMN colour");
    String second =
        held(tenants, campaign -> act("cancel", campaign, "cancelled  0  0  0  0  0  <time>"));
    await().atMost(LIMIT).until(() -> tenantsOf(second).path("completed").asInt() == 1);
    Ctl.Result watched = ctl.run("campaigns", "watch", second, "--no-headers");
    assertThat(watched.code()).isEqualTo(ExitCode.FAILURE.number());
    watched
        .prints("<id>  <name>  forward  <version>  cancelled  0  0  1  0  0  <time>\n")
        .says(
            """
            campaign: cancelled
            tenantctl: the campaign was cancelled
            hint: tenantctl campaigns tenants <id> --status cancelled
            """);
    assertThat(
            ctl.run("campaigns", "tenants", second, "--status", "cancelled", "-o", "name")
                .ok()
                .out()
                .lines())
        .hasSize(2);
    ctl.run("campaigns", "resume", second)
        .fails(ExitCode.CONFLICT)
        .says(
            """
            tenantctl: Operation not allowed in this campaign state: The campaign is cancelled; it must be paused or halted. (CAMPAIGN_STATE)
            """);
  }

  private void act(String action, String campaign, String row) {
    ctl.run("campaigns", action, campaign, "--no-headers")
        .ok()
        .prints("<id>  <name>  forward  <version>  " + row + "\n");
  }

  private JsonNode tenantsOf(String campaign) {
    return ctl.run("campaigns", "show", campaign, "-o", "json").ok().json().path("tenants");
  }

  /** Starts a campaign whose canary is blocked until an action on the campaign is done. */
  private String held(List<String> tenants, Consumer<String> action) throws Exception {
    List<Connection> readers = new ArrayList<>();
    try {
      for (String tenant : tenants) {
        Connection reader = Sql.asSuperuser(ctl, tenant);
        readers.add(reader);
        reader.setAutoCommit(false);
        reader.createStatement().execute("SELECT * FROM items");
      }
      String campaign =
          ctl.name("campaigns", "start", blueprint, "--lock-timeout", "30s", "-o", "name");
      await().atMost(LIMIT).until(() -> tenantsOf(campaign).path("running").asInt() == 1);
      action.accept(campaign);
      return campaign;
    } finally {
      for (Connection reader : readers) {
        reader.close();
      }
    }
  }

  private void execute(String tenant, String sql) throws Exception {
    Sql.execute(Sql.asSuperuser(ctl, tenant), sql);
  }
}
