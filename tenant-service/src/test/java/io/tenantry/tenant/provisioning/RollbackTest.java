package io.tenantry.tenant.provisioning;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.event.TenantEvents;
import io.tenantry.testing.LocalStackResource;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A failed creation leaves nothing; its rollback is retried until that is so. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class RollbackTest {

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Tag("T7")
  void leavesNoTraceOfFailedCreation(Fault fault) {
    createTenant(newName());
    List<String> databases = Postgres.tenantDatabases();
    List<String> roles = Postgres.tenantRoles();
    String name = newName();

    fault.occur();
    try {
      asAdmin()
          .body(body(name))
          .post(TENANTS)
          .then()
          .statusCode(fault.code().status())
          .contentType("application/problem+json")
          .body("code", equalTo(fault.code().name()))
          .body("retryable", equalTo(true))
          .body("detail", containsString("Everything was rolled back"));
    } finally {
      fault.mend();
    }

    assertThat(Postgres.tenantDatabases()).containsExactlyInAnyOrderElementsOf(databases);
    assertThat(Postgres.tenantRoles()).containsExactlyInAnyOrderElementsOf(roles);
    assertThat(rows(name)).isZero();
    assertThat(TenantEvents.awaitNamed(name).getFirst().type())
        .isEqualTo("io.tenantry.tenant-provisioning.failed.v1");
    createTenant(name);
  }

  @Test
  @Tag("T7")
  void reservesNameUntilDatabaseIsDropped() {
    createTenant(newName());
    String name = newName();

    // Neither can the tenant be recorded, nor may what was made be removed.
    Fault.INSERT.occur();
    Postgres.execute(
        Postgres.CONTROL,
        """
        CREATE FUNCTION control_plane.forbid_removal() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
        CREATE TRIGGER fault BEFORE DELETE ON control_plane.tenants
          FOR EACH ROW EXECUTE FUNCTION control_plane.forbid_removal();
        """);
    try {
      asAdmin()
          .body(body(name))
          .post(TENANTS)
          .then()
          .statusCode(500)
          .body("code", equalTo("ACTIVATION_FAILED"))
          .body("detail", containsString("stays reserved"));
      asAdmin().body(body(name)).post(TENANTS).then().statusCode(409);
    } finally {
      Fault.INSERT.mend();
      Postgres.execute(
          Postgres.CONTROL,
          """
          DROP TRIGGER fault ON control_plane.tenants;
          DROP FUNCTION control_plane.forbid_removal();
          """);
    }

    await().atMost(Duration.ofSeconds(60)).until(() -> rows(name) == 0);
    createTenant(name);
  }

  @Test
  @Tag("T8")
  void leavesNothingIfAnotherReplicaUndidCreation() throws Exception {
    createTenant(newName());
    List<String> databases = Postgres.tenantDatabases();
    String name = newName();
    Future<Response> answer;

    try (ExecutorService client = Executors.newSingleThreadExecutor();
        Connection otherReplica = LocalStack.shared().postgres().connect(Postgres.CONTROL);
        Statement undoing = otherReplica.createStatement();
        Connection cluster = LocalStack.shared().postgres().connect(Postgres.MAINTENANCE);
        Statement gate = cluster.createStatement()) {
      cluster.setAutoCommit(false);
      otherReplica.setAutoCommit(false);
      // Reserved, the tenant waits for its database, and then, with all made, to be recorded.
      gate.execute("LOCK TABLE pg_database IN SHARE MODE");
      answer = client.submit(() -> asAdmin().body(body(name)).post(TENANTS));
      await().until(() -> rows(name) == 1);
      undoing.execute("LOCK TABLE control_plane.tenant_databases IN SHARE MODE");
      cluster.rollback();
      // By a session of its own each time: in a transaction, what the others do stands still.
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  Postgres.column(
                              Postgres.MAINTENANCE,
                              """
                              SELECT 1 FROM pg_stat_activity
                              WHERE wait_event_type = 'Lock'
                                AND query LIKE '%SET connection_string_encrypted%'
                                AND pid <> pg_backend_pid()
                              """)
                          .size()
                      == 1);
      undoing.execute("DELETE FROM control_plane.tenants WHERE name = '%s'".formatted(name));
      otherReplica.commit();
      assertThat(answer.get().statusCode()).isEqualTo(500);
    }

    assertThat(answer.get().<String>path("code")).isEqualTo("ACTIVATION_FAILED");
    assertThat(Postgres.tenantDatabases()).hasSameElementsAs(databases);
    createTenant(name);
  }

  @Test
  @Tag("T19")
  void answers503WhilePostgresIsUnavailable() {
    createTenant(newName());
    String name = newName();

    LocalStack.shared().postgres().stop();
    try {
      asAdmin()
          .body(body(name))
          .post(TENANTS)
          .then()
          .statusCode(503)
          .header("Retry-After", "5")
          .contentType("application/problem+json")
          .body("code", equalTo("DATABASE_UNAVAILABLE"));
      asAdmin().get(TENANTS).then().statusCode(503);
    } finally {
      LocalStack.shared().postgres().start();
    }

    createTenant(name);
  }

  /** As when the statement takes longer than it may. */
  @Test
  @Tag("T19")
  void answersRetryable503WhenPostgresCancelsStatement() throws Exception {
    String tenant = TENANTS + "/" + createTenant(newName());
    try (ExecutorService client = Executors.newSingleThreadExecutor();
        Connection other = LocalStack.shared().postgres().connect(Postgres.CONTROL)) {
      other.setAutoCommit(false);
      other.createStatement().execute("LOCK TABLE control_plane.tenants");

      Future<Response> answer = client.submit(() -> asAdmin().get(tenant));
      await()
          .until(
              () ->
                  Postgres.column(
                          Postgres.MAINTENANCE,
                          """
                          SELECT pg_cancel_backend(pid)
                          FROM pg_locks
                          JOIN pg_stat_activity USING (pid)
                          WHERE NOT granted
                            AND usename = 'tenant_service'
                          """)
                      .contains("t"));

      answer
          .get()
          .then()
          .statusCode(503)
          .header("Retry-After", "5")
          .body("code", equalTo("DATABASE_UNAVAILABLE"), "retryable", equalTo(true));
    }
    asAdmin().get(tenant).then().statusCode(200);
  }

  @Test
  @Tag("T10")
  void recreatesDroppedGoldenTemplate() {
    createTenant(newName());
    for (String template :
        Postgres.column(
            Postgres.MAINTENANCE,
            "SELECT datname FROM pg_database WHERE datname LIKE 'tpl_car%'")) {
      Postgres.execute(
          Postgres.MAINTENANCE, "ALTER DATABASE \"%s\" IS_TEMPLATE false".formatted(template));
      Postgres.execute(Postgres.MAINTENANCE, "DROP DATABASE \"%s\"".formatted(template));
    }

    createTenant(newName());
  }

  private static int rows(String name) {
    return Integer.parseInt(
        Postgres.value(
            Postgres.CONTROL, "SELECT count(*) FROM control_plane.tenants WHERE name = ?", name));
  }
}
