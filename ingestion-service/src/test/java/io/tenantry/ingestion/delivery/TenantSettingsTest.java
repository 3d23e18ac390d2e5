package io.tenantry.ingestion.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.ingestion.EventSender;
import io.tenantry.ingestion.IngestionApi;
import io.tenantry.ingestion.Readiness;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of tenants' roles and databases do not disturb delivery. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("K2")
class TenantSettingsTest {

  private static final List<String> SETTINGS =
      List.of(
          "statement_timeout = 1",
          "lock_timeout = 1",
          "idle_session_timeout = 1",
          "idle_in_transaction_session_timeout = 1",
          "search_path = nowhere",
          "default_transaction_read_only = on",
          "default_transaction_isolation = serializable",
          "default_transaction_deferrable = on",
          "session_replication_role = replica",
          "role = pg_monitor",
          "local_preload_libraries = nothing",
          "exit_on_error = on",
          "client_encoding = latin1",
          "client_min_messages = debug5",
          "DateStyle = 'SQL, DMY'",
          "IntervalStyle = sql_standard",
          "TimeZone = 'Asia/Kathmandu'",
          "bytea_output = escape",
          "array_nulls = off",
          "standard_conforming_strings = off",
          "transform_null_equals = on",
          "row_security = off",
          "quote_all_identifiers = on",
          "xmloption = document",
          "synchronous_commit = off");

  LocalStack stack;
  private TestTenant tenant;
  private EventSender sender;

  @BeforeEach
  void createTenant() {
    Readiness.await("topics", "UP");
    tenant = TestTenant.withInbox();
    sender = new EventSender(stack);
  }

  @AfterEach
  void closeSender() {
    sender.close();
  }

  private void assertArrives(TestTenant whose, String... ids) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(TenantDatabase.inbox(whose)).containsExactly(ids));
  }

  private void awaitEnd() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        IngestionApi.asAdmin()
                            .get("/api/v1/groups/ingestion-events-extraction-workers")
                            .then()
                            .extract()
                            .<Integer>path("lag"))
                    .isZero());
    awaitBacklog(0);
  }

  private void awaitBacklog(int tenantsBehind) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        ControlDatabase.column(
                            "SELECT reason FROM ingestion.topic_backlogs WHERE tenant_id = ?",
                            tenant.id()))
                    .hasSize(tenantsBehind));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ROLE", "DATABASE"})
  void overridesSettingsOfTenantInItsSessions(String kind) {
    for (String setting : SETTINGS) {
      if (kind.equals("ROLE") || !setting.startsWith("role")) {
        ControlDatabase.execute("ALTER %s %s SET %s".formatted(kind, tenant.database(), setting));
      }
    }

    sender.sendEvent(tenant, "\\ 'é' \"%\"", "{\"a\":[null,\"\\\\é\"]}");

    awaitEnd();
    // They would apply to the test's sessions, too.
    ControlDatabase.execute("ALTER DATABASE %s RESET ALL".formatted(tenant.database()));
    assertThat(TenantDatabase.inbox(tenant)).containsExactly("\\ 'é' \"%\"");
    assertThat(TenantDatabase.column(tenant, "SELECT data FROM inbox_events"))
        .containsExactly("{\"a\": [null, \"\\\\é\"]}");
  }

  /** From PostgreSQL 17 on; an older server refuses a login that sends it. */
  @Test
  void overridesTransactionTimeoutOfTenant() {
    assumeThat(ControlDatabase.column("SHOW server_version_num"))
        .singleElement()
        .satisfies(version -> assertThat(Integer.parseInt(version)).isGreaterThan(170_000));
    TenantDatabase.execute(
        tenant,
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN PERFORM pg_sleep(0.5); RETURN new; END'",
        "CREATE TRIGGER wait BEFORE INSERT ON inbox_events FOR EACH ROW EXECUTE FUNCTION wait()",
        "ALTER ROLE %s SET transaction_timeout = '200ms'".formatted(tenant.database()));

    sender.sendEvent(tenant, "1", "{}");

    assertArrives(tenant, "1");
  }

  @Test
  void letsTriggerOfTenantFindItsTables() {
    TenantDatabase.execute(
        tenant,
        "CREATE TABLE seen (id text)",
        "GRANT INSERT ON seen TO " + tenant.database(),
        "CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN INSERT INTO seen VALUES (new.event_id); RETURN new; END'",
        "CREATE TRIGGER see AFTER INSERT ON inbox_events FOR EACH ROW EXECUTE FUNCTION see()");

    sender.sendEvent(tenant, "1", "{}");

    assertArrives(tenant, "1");
    assertThat(TenantDatabase.column(tenant, "SELECT id FROM seen")).containsExactly("1");
  }

  @Test
  void deadLettersEventThatTriggerRefusesInsteadOfReportingOutage() {
    TenantDatabase.execute(
        tenant,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF new.event_id ="
            + " ''bad'' THEN RAISE ''not this one''; END IF; RETURN new; END'",
        "CREATE TRIGGER refuse BEFORE INSERT ON inbox_events"
            + " FOR EACH ROW EXECUTE FUNCTION refuse()");

    sender.sendEvent(tenant, "bad", "{}");
    sender.sendEvent(tenant, "good", "{}");

    assertArrives(tenant, "good");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "REVOKE INSERT ON inbox_events FROM tenantry_app | GRANT INSERT ON inbox_events TO tenantry_app",
        "ALTER TABLE inbox_events RENAME TO mine | ALTER TABLE mine RENAME TO inbox_events",
        "ALTER ROLE %s NOLOGIN | ALTER ROLE %s LOGIN",
        "ALTER ROLE %s PASSWORD 'another' | ALTER ROLE %s PASSWORD '" + TestTenant.PASSWORD + "'"
      },
      quoteCharacter = '"')
  void waitsForMisconfiguredDatabaseWithoutDelayingOtherTenants(String fault, String repair) {
    TestTenant other = TestTenant.withInbox();
    TenantDatabase.execute(tenant, fault.formatted(tenant.database()));

    sender.sendEvent(tenant, "1", "{}");
    sender.sendEvent(other, "1", "{}");
    sender.sendEvent(tenant, "2", "{}");

    assertArrives(other, "1");
    awaitBacklog(1);
    TenantDatabase.execute(tenant, repair.formatted(tenant.database()));
    assertArrives(tenant, "1", "2");
    awaitBacklog(0);
  }

  @Test
  void treatsUnreadableConnectionStringAsOutageOfOneTenant() {
    TestTenant other = TestTenant.withInbox();
    byte[] encrypted = ControlPlane.setConnectionString(tenant.id(), new byte[] {0, 1, 2, 3});

    sender.sendEvent(tenant, "1", "{}");
    sender.sendEvent(other, "1", "{}");

    assertArrives(other, "1");
    awaitBacklog(1);
    ControlPlane.setConnectionString(tenant.id(), encrypted);
    assertArrives(tenant, "1");
  }
}
