package io.tenantry.ingestion;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The service with migrations left to somebody else, and not done yet. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(MigrationsTest.MigratedLater.class)
class MigrationsTest {

  @Inject Flyway flyway;
  LocalStack stack;

  @Test
  void p3IsReadyOnlyWhenItsMigrationsAreAppliedAndTenantServiceIsNotOlder() {
    Readiness.await("control-database", "UP");
    Readiness.await("topics", "UP");
    Readiness.await("migrations", "DOWN");
    given().get("/q/health/ready").then().statusCode(503);
    given().get("/q/health/live").then().statusCode(200);

    MigrationInfo newest = flyway.info().pending()[flyway.info().pending().length - 1];
    ControlPlane.prepare();
    ControlDatabase.execute("ALTER VIEW control_plane.tenants_v1 RENAME TO tenants_v0");
    Flyway.configure()
        .configuration(flyway.getConfiguration())
        .baselineVersion(newest.getVersion())
        .load()
        .baseline();
    await()
        .during(Duration.ofSeconds(1))
        .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(503));

    ControlDatabase.execute("ALTER VIEW control_plane.tenants_v0 RENAME TO tenants_v1");
    Readiness.await("migrations", "UP");
    given().get("/q/health/ready").then().statusCode(200);
  }

  /** A schema with a table, but without the usual history, would be refused by the next start. */
  @AfterEach
  void removeHistory() throws SQLException {
    try (Connection connection = stack.postgres().connect("tenantry_control");
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS ingestion.late_history");
    }
  }

  /** Looks for its migrations in a history of its own, which nobody has written yet. */
  public static final class MigratedLater implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "quarkus.flyway.migrate-at-start", "false",
          "quarkus.flyway.table", "late_history",
          "tenantry.migrations.interval", "100ms");
    }
  }
}
