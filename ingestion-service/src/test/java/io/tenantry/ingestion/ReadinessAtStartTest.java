package io.tenantry.ingestion;

import static io.restassured.RestAssured.given;
import static io.tenantry.ingestion.IngestionApi.TOPICS;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.empty;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.tenantry.ingestion.topic.ManagedTopics;
import io.tenantry.kernel.kafka.TopicSpec;
import io.tenantry.kernel.kafka.Topics;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The service whose topics and migrations are left to an operator, and do not exist yet. The broker
 * refuses to create the topics: more replicas are requested than there are brokers.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(ReadinessAtStartTest.NothingPrepared.class)
class ReadinessAtStartTest {

  @Inject Flyway flyway;
  @Inject ManagedTopics managed;
  LocalStack stack;

  @Test
  @Tag("I1")
  @Tag("P3")
  void isReadyOnlyWhenMigrationsAreAppliedTenantServiceIsNotOlderAndTopicsExist() {
    Readiness.await("control-database", "UP");
    Readiness.await("kafka", "UP");
    Readiness.await("topics", "DOWN");
    Readiness.await("migrations", "DOWN");
    given().get("/q/health/ready").then().statusCode(503);
    given().get("/q/health/live").then().statusCode(200);
    asAdmin().get(TOPICS).then().statusCode(200).body("items", empty());

    MigrationInfo newest = flyway.info().pending()[flyway.info().pending().length - 1];
    ControlPlane.prepare();
    ControlDatabase.execute("ALTER VIEW control_plane.tenant_counts_v1 RENAME TO tenant_counts_v0");
    Flyway.configure()
        .configuration(flyway.getConfiguration())
        .baselineVersion(newest.getVersion())
        .load()
        .baseline();
    await()
        .during(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(Readiness.statusOf("migrations")).isEqualTo("DOWN"));

    ControlDatabase.execute("ALTER VIEW control_plane.tenant_counts_v0 RENAME TO tenant_counts_v1");
    Readiness.await("migrations", "UP");
    given().get("/q/health/ready").then().statusCode(503);

    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
      List<TopicSpec> topics = List.of(managed.events(), managed.deadLetters());
      new Topics(admin, (short) 1).ensure(topics);
    }

    Readiness.await("topics", "UP");
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

  /** Reads its migrations from a history of its own, which does not exist yet. */
  public static final class NothingPrepared implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "INGESTION_TOPIC", "too-many-replicas",
          "KAFKA_REPLICATION_FACTOR", "3",
          "tenantry.kafka.retry-interval", "200ms",
          "quarkus.flyway.migrate-at-start", "false",
          "quarkus.flyway.table", "late_history",
          "tenantry.migrations.interval", "100ms");
    }
  }
}
