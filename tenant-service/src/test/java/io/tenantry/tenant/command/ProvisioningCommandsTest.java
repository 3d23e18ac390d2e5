package io.tenantry.tenant.command;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.kernel.db.Database;
import io.tenantry.tenant.JobApi;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.event.OperationEvents;
import io.tenantry.tenant.project.ProjectApi;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands by Kafka. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ProvisioningCommandsTest {

  @Inject Database database;
  @Inject DeprovisionTenantJob deprovisioning;

  private static final byte[] NOT_UTF_8 = {(byte) 0xc3, (byte) 0x28};

  /** Every column in which two projects are alike, of every row they have. */
  private static final String STATE =
      """
      SELECT concat_ws(' ', 'tenant', environment, status, blueprint, blueprint_version, region, owner_id,
        organization_id, metadata, registered_at, lease_owner, deleted_at)
      FROM control_plane.tenants WHERE tenant_id = $1
      UNION ALL
      SELECT concat_ws(' ', 'database', cluster, host, port,
        database_name = 'tenant_' || replace(tenant_id::text, '-', '_'), role_name = database_name, schema_name,
        connection_string_encrypted IS NOT NULL, encryption_key_id)
      FROM control_plane.tenant_databases WHERE tenant_id = $1
      UNION ALL
      SELECT concat_ws(' ', 'step', step, position, status, attempts, error)
      FROM control_plane.provisioning_steps WHERE tenant_id = $1
      UNION ALL
      SELECT concat_ws(' ', 'service', type, replace(endpoint, $1, '{tenant_id}'), config, status)
      FROM control_plane.tenant_services WHERE tenant_id = $1
      UNION ALL
      SELECT concat_ws(' ', 'key', name, prefix, length(key_hash), scopes, expires_at, revoked_at)
      FROM control_plane.api_keys WHERE tenant_id = $1
      UNION ALL
      SELECT concat_ws(' ', 'quota', resource, quota)
      FROM control_plane.tenant_resources WHERE tenant_id = $1
      ORDER BY 1
      """;

  private static List<String> state(UUID project) {
    return Postgres.column(
        Postgres.CONTROL, STATE.replace("$1", "'" + project + "'"), new Object[0]);
  }

  static JsonPath awaitJob(UUID id) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> asAdmin().get("/api/v1/jobs/" + id).statusCode() == 200);
    return JobApi.awaitEnd(id);
  }

  @Test
  @Tag("T14")
  void commandAndRequestLeadToSameState() {
    UUID byRest = ProjectApi.register(newName());
    UUID byCommand = ProjectApi.register(newName());
    UUID command = UUID.randomUUID();

    JsonPath restJob = JobApi.awaitEnd(ProjectApi.provision(byRest));
    Commands.send(
        command.toString(), ProvisioningCommands.PROVISION_PROJECT, ProjectApi.payload(byCommand));
    JsonPath commandJob = awaitJob(command);

    assertThat(commandJob.getString("status")).isEqualTo("completed");
    assertThat(state(byCommand)).isEqualTo(state(byRest)).hasSizeGreaterThan(8);
    assertThat(commandJob.getMap("result").keySet()).isEqualTo(restJob.getMap("result").keySet());
  }

  @Test
  @Tag("T14")
  void runsDuplicateCommandOnce() {
    UUID project = ProjectApi.register(newName());
    UUID command = UUID.randomUUID();
    for (int n = 0; n < 3; n++) {
      Commands.send(
          command.toString(), ProvisioningCommands.PROVISION_PROJECT, ProjectApi.payload(project));
    }
    assertThat(awaitJob(command).getString("status")).isEqualTo("completed");
    UUID again = UUID.randomUUID();
    Commands.send(
        again.toString(), ProvisioningCommands.PROVISION_PROJECT, ProjectApi.payload(project));

    JsonPath refused = awaitJob(again);

    assertThat(refused.getString("status")).isEqualTo("failed");
    assertThat(refused.getString("error.code")).isEqualTo("PROJECT_ALREADY_PROVISIONED");
    assertThat(refused.getInt("attempts")).isEqualTo(1);
    asAdmin().get(TENANTS + "/" + project).then().body("status", equalTo("active"));
  }

  @Test
  @Tag("T14")
  void failsJobOfCommandForUnknownProject() {
    UUID command = UUID.randomUUID();
    Commands.send(
        command.toString(),
        ProvisioningCommands.PROVISION_PROJECT,
        ProjectApi.payload(UUID.randomUUID()));

    JsonPath job = awaitJob(command);

    assertThat(job.getString("error.code")).isEqualTo("PROJECT_NOT_FOUND");
    assertThat(job.getInt("attempts")).isEqualTo(1);
  }

  @Test
  @Tag("T14")
  void provisionsAndDeprovisionsATenantByCommand() {
    UUID making = UUID.randomUUID();
    Commands.send(making.toString(), ProvisioningCommands.PROVISION_TENANT, body(newName()));
    JsonPath made = awaitJob(making);
    assertThat(made.getString("status")).isEqualTo("completed");
    String tenant = made.getString("tenant_id");

    UUID removing = UUID.randomUUID();
    Commands.send(
        removing.toString(),
        ProvisioningCommands.DEPROVISION_TENANT,
        "{\"tenant_id\":\"%s\"}".formatted(tenant));
    backUpFinally(tenant);

    assertThat(awaitJob(removing).getString("status")).isEqualTo("completed");
    asAdmin().get(TENANTS + "/" + tenant).then().statusCode(404);
  }

  /** Two commands, since one that is delivered twice is one command. */
  @Test
  @Tag("T9")
  void completesRepeatedCommandWithTenantOfExternalId() {
    String request =
        body(newName()).replace("}", ",\"external_id\":\"crm-%s\"}".formatted(UUID.randomUUID()));
    UUID first = UUID.randomUUID();
    UUID second = UUID.randomUUID();
    Commands.send(first.toString(), ProvisioningCommands.PROVISION_TENANT, request);
    JsonPath made = awaitJob(first);

    Commands.send(second.toString(), ProvisioningCommands.PROVISION_TENANT, request);
    JsonPath repeated = awaitJob(second);

    assertThat(repeated.getString("status")).isEqualTo("completed");
    assertThat(repeated.getMap("result")).isEqualTo(made.getMap("result"));
    asAdmin()
        .get(TENANTS + "/" + repeated.getString("tenant_id"))
        .then()
        .statusCode(404)
        .body("code", equalTo("TENANT_NOT_FOUND"));
  }

  /** Does what backup-service does. */
  private static void backUpFinally(String tenant) {
    String deletion =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () ->
                    Postgres.column(
                        Postgres.CONTROL,
                        "SELECT deletion_id FROM control_plane.deletions WHERE tenant_id::text = ? AND told_at IS NOT NULL",
                        tenant),
                found -> !found.isEmpty())
            .getFirst();
    UUID backup = UUID.randomUUID();
    OperationEvents.record(UUID.fromString(tenant), backup, deletion, "completed");
    OperationEvents.finalBackupCompleted(UUID.fromString(tenant), backup, deletion);
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void refusesToDeleteATenantWithoutAFinalBackup() {
    UUID tenant = createTenant(newName());
    String command = "{\"tenant_id\":\"%s\",\"final_backup\":false}".formatted(tenant);

    Commands.send(UUID.randomUUID().toString(), ProvisioningCommands.DEPROVISION_TENANT, command);

    assertThat(Commands.awaitDeadLetter(command.getBytes(StandardCharsets.UTF_8)))
        .contains("without a final backup", "COMMANDS_ALLOW_DELETION_WITHOUT_BACKUP");
    asAdmin().get(TENANTS + "/" + tenant).then().body("status", equalTo("active"));
  }

  /** As a command by Kafka may where the operator permits it; see {@link CommandReaderTest}. */
  @Test
  @Tag("T14")
  void deletesTenantWithoutFinalBackupByJob() {
    UUID tenant = createTenant(newName());
    UUID job = UUID.randomUUID();

    database.transact(
        sql -> deprovisioning.submit(sql, job, new DeprovisionTenant(tenant, Optional.of(false))));

    assertThat(awaitJob(job).getString("status")).isEqualTo("completed");
    asAdmin().get(TENANTS + "/" + tenant).then().statusCode(404);
  }

  @Test
  @Tag("T18")
  void doesNotRetryPermanentFailure() {
    String name = newName();
    createTenant(name);
    UUID command = UUID.randomUUID();
    Commands.send(command.toString(), ProvisioningCommands.PROVISION_TENANT, body(name));

    JsonPath job = awaitJob(command);

    assertThat(job.getString("error.code")).isEqualTo("TENANT_NAME_TAKEN");
    assertThat(job.getInt("attempts")).isEqualTo(1);
  }

  /** {@link CommandReaderTest} has the reasons that need no database. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "io.tenantry.provision_project.v1 | {\"owner_id\":\"%s\"} | project_id is required",
        "io.tenantry.provision_tenant.v1  | {\"name\":\"%s\"}     | environment is required",
      })
  @Tag("T14")
  void deadLettersInvalidCommand(String type, String data, String reason) {
    String unique = data.formatted(UUID.randomUUID());

    Commands.send(UUID.randomUUID().toString(), type, unique);

    assertThat(Commands.awaitDeadLetter(unique.getBytes(StandardCharsets.UTF_8))).contains(reason);
  }

  @Test
  @Tag("T14")
  void deadLettersMessageThatIsNoCloudEvent() {
    byte[] value = ("plain " + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
    Commands.sendRaw(Map.of(), value);

    assertThat(Commands.awaitDeadLetter(value)).contains("not a CloudEvent");
  }

  @Test
  @Tag("T14")
  void deadLettersInvalidUtf8() {
    Commands.sendRaw(
        Map.of(
            "ce_specversion",
            "1.0",
            "ce_id",
            UUID.randomUUID().toString(),
            "ce_source",
            "/tests",
            "ce_type",
            ProvisioningCommands.PROVISION_TENANT),
        NOT_UTF_8);

    assertThat(Commands.awaitDeadLetter(NOT_UTF_8)).contains("not UTF-8");
  }
}
