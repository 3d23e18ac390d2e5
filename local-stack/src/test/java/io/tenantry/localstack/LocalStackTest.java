package io.tenantry.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stack as the tests of all modules get it. */
@Tag("servers")
class LocalStackTest {
  private final LocalStack stack = LocalStack.shared();

  @Test
  void isOnePerJvm() {
    assertThat(LocalStack.shared()).isSameAs(stack);
  }

  @Test
  void saysAllThatAServiceNeeds() {
    assertThat(stack.environment())
        .containsOnlyKeys(
            "CONTROL_DATABASE_HOST",
            "CONTROL_DATABASE_PORT",
            "CONTROL_DATABASE_NAME",
            "CONTROL_DATABASE_PASSWORD",
            "TENANT_CLUSTER_HOST",
            "TENANT_CLUSTER_PORT",
            "TENANT_CLUSTER_ADMIN_USER",
            "TENANT_CLUSTER_ADMIN_PASSWORD",
            "KAFKA_BOOTSTRAP_SERVERS",
            "TENANTRY_ADMIN_KEY",
            "ENCRYPTION_KEY")
        .containsEntry("CONTROL_DATABASE_NAME", "tenantry_control")
        .containsEntry("TENANT_CLUSTER_ADMIN_USER", "tenantry_admin");
    assertThat(Base64.getDecoder().decode(stack.environment().get("ENCRYPTION_KEY"))).hasSize(32);
  }

  @Test
  @Tag("P9")
  void servesSqlAsSuperuser() throws SQLException {
    try (Connection connection = stack.postgres().connect("postgres")) {
      assertThat(ask(connection, "SHOW max_connections")).isEqualTo("200");
      assertThat(ask(connection, "SHOW server_encoding")).isEqualTo("UTF8");
    }
  }

  @Test
  @Tag("P9")
  void servesKafkaWithoutAutomaticTopics() throws Exception {
    try (Admin admin = admin(stack)) {
      admin.createTopics(List.of(new NewTopic("made-by-a-test", 3, (short) 1))).all().get();

      Set<String> topics = admin.listTopics().names().get();
      assertThat(topics).contains("made-by-a-test");
    }
  }

  @Test
  void serversComeBackAtTheSameAddressWithTheirData() throws Exception {
    try (Connection connection = stack.postgres().connect("postgres");
        Admin admin = admin(stack)) {
      execute(connection, "CREATE TABLE remembered AS SELECT 42 AS answer");
      admin.createTopics(List.of(new NewTopic("remembered", 1, (short) 1))).all().get();
    }
    Map<String, String> environment = stack.environment();

    stack.postgres().stop();
    stack.kafka().stop();
    assertThatThrownBy(() -> stack.postgres().connect("postgres").close())
        .isInstanceOf(SQLException.class);
    stack.postgres().start();
    stack.kafka().start();

    assertThat(stack.environment()).isEqualTo(environment);
    try (Connection connection = stack.postgres().connect("postgres");
        Admin admin = admin(stack)) {
      assertThat(ask(connection, "SELECT answer FROM remembered")).isEqualTo("42");
      assertThat(admin.listTopics().names().get()).contains("remembered");
    }
  }

  @Test
  void stoppingAndStartingTwiceIsNoError() throws Exception {
    stack.postgres().stop();
    stack.postgres().stop();
    stack.postgres().start();
    stack.postgres().start();

    try (Connection connection = stack.postgres().connect("postgres")) {
      assertThat(ask(connection, "SELECT 'here'")).isEqualTo("here");
    }
  }

  @Test
  void keepsSessionsAndForgetsWhatTheySet() throws Exception {
    PostgresServer postgres = stack.postgres();
    String first;
    try (Connection kept = postgres.borrow("postgres")) {
      first = ask(kept, "SELECT pg_backend_pid()");
      kept.setAutoCommit(false);
      execute(kept, "CREATE TABLE never (i int)");
      execute(kept, "SET work_mem = '8MB'");
      kept.commit();
      execute(kept, "CREATE TEMPORARY TABLE passing (i int)");
      kept.commit();
      execute(kept, "SET SESSION AUTHORIZATION tenantry_admin");
    }

    try (Connection kept = postgres.borrow("postgres");
        Connection another = postgres.borrow("postgres")) {
      assertThat(ask(kept, "SELECT pg_backend_pid()")).isEqualTo(first);
      assertThat(ask(another, "SELECT pg_backend_pid()")).isNotEqualTo(first);
      assertThat(kept.getAutoCommit()).isTrue();
      assertThat(ask(kept, "SHOW work_mem")).isEqualTo(ask(another, "SHOW work_mem"));
      assertThat(ask(kept, "SELECT session_user")).isEqualTo("postgres");
      assertThat(ask(kept, "SELECT to_regclass('passing') IS NULL")).isEqualTo("t");
      execute(kept, "DROP TABLE never");
    }
    postgres.stop();
    postgres.start();
    try (Connection kept = postgres.borrow("postgres")) {
      assertThat(ask(kept, "SELECT 'here'")).isEqualTo("here");
    }
  }

  @Test
  void endsKeptSessionsOfADatabaseThatIsRenamed() throws Exception {
    PostgresServer postgres = stack.postgres();
    try (Connection kept = postgres.borrow("tenantry_control")) {
      assertThat(kept.isValid(5)).isTrue();
    }
    postgres.closePooledSessions("tenantry_control");

    try (Connection connection = postgres.connect("postgres")) {
      execute(connection, "ALTER DATABASE tenantry_control RENAME TO renamed");
      execute(connection, "ALTER DATABASE renamed RENAME TO tenantry_control");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tenant_service, control_plane",
    "tenant_service, platform",
    "ingestion_service, ingestion",
    "backup_service, backup"
  })
  void aServiceWritesItsOwnSchema(String role, String schema) throws SQLException {
    try (Connection connection = loginOf(role)) {
      execute(connection, "CREATE TABLE " + schema + ".own (id int)");
      execute(connection, "DROP TABLE " + schema + ".own");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tenant_service, ingestion",
    "tenant_service, backup",
    "ingestion_service, control_plane",
    "ingestion_service, backup",
    "backup_service, control_plane",
    "backup_service, platform",
    "backup_service, public"
  })
  void aServiceCannotWriteAnothersSchema(String role, String schema) throws SQLException {
    try (Connection connection = loginOf(role)) {
      assertThatThrownBy(() -> execute(connection, "CREATE TABLE " + schema + ".foreign (id int)"))
          .hasMessageContaining("permission denied for schema " + schema);
    }
  }

  @Test
  void theClusterAdminIsNoSuperuserAndCannotReachTheControlDatabase() throws SQLException {
    String password = stack.environment().get("TENANT_CLUSTER_ADMIN_PASSWORD");
    try (Connection connection = stack.postgres().connect("postgres", "tenantry_admin", password)) {
      assertThat(ask(connection, "SHOW is_superuser")).isEqualTo("off");
    }
    assertThatThrownBy(
            () -> stack.postgres().connect("tenantry_control", "tenantry_admin", password).close())
        .hasMessageContaining("permission denied for database");
  }

  @Test
  void aWrongPasswordIsRefused() {
    assertThatThrownBy(
            () -> stack.postgres().connect("tenantry_control", "tenant_service", "guess").close())
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void theLogHoldsStatementsButNoSecret() throws Exception {
    try (Connection connection = stack.postgres().connect("postgres")) {
      execute(connection, "SELECT 'a statement to look for'");
    }
    String log = Files.readString(stack.postgres().log());
    assertThat(log).contains("a statement to look for");
    assertThat(log).doesNotContain(secrets(stack.environment()));
  }

  private static List<String> secrets(Map<String, String> environment) {
    return List.of(
        environment.get("CONTROL_DATABASE_PASSWORD"),
        environment.get("TENANT_CLUSTER_ADMIN_PASSWORD"),
        environment.get("TENANTRY_ADMIN_KEY"),
        environment.get("ENCRYPTION_KEY"));
  }

  private Connection loginOf(String role) throws SQLException {
    return stack
        .postgres()
        .connect("tenantry_control", role, stack.environment().get("CONTROL_DATABASE_PASSWORD"));
  }

  static Admin admin(LocalStack stack) {
    return Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()));
  }

  static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
