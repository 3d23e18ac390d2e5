package io.tenantry.localstack;

import static io.tenantry.localstack.LocalStackTest.ask;
import static io.tenantry.localstack.LocalStackTest.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that another process has ready. */
@Tag("servers")
class StackProgramTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path checkout;

  @Test
  void eachAttachedRunHasServersThatNobodyHasUsed() throws Exception {
    Process program = start();
    try {
      Path first;
      try (AttachedServers servers = attach()) {
        first = servers.directory();
        try (Connection connection = servers.postgres().connect("postgres")) {
          execute(connection, "CREATE TABLE made_by_the_first (i int)");
        }
        stopAndStart(servers);
        PostgresServer other = servers.startPostgres("other");
        try (Connection connection = other.connect("postgres")) {
          assertThat(ask(connection, "SELECT 1")).isEqualTo("1");
        }
        assertThat(Files.readString(servers.postgres().log())).contains("made_by_the_first");
        assertThat(servers.postgres().binDirectory().resolve("postgres")).exists();
      }
      await().atMost(LIMIT).until(() -> !Files.exists(first));
      try (AttachedServers servers = attach();
          Connection connection = servers.postgres().connect("postgres")) {
        assertThat(servers.directory()).isNotEqualTo(first);
        assertThat(ask(connection, "SELECT to_regclass('made_by_the_first')")).isNull();
      }
    } finally {
      program.destroy();
      program.waitFor();
    }
    assertThatThrownBy(this::attach)
        .isInstanceOf(LocalStackException.class)
        .hasMessageContaining("start deploy/local/stack first");
  }

  private static void stopAndStart(AttachedServers servers) throws SQLException {
    servers.postgres().stop();
    servers.kafka().stop();
    assertThatThrownBy(() -> servers.postgres().connect("postgres"))
        .isInstanceOf(SQLException.class);
    servers.kafka().start();
    servers.postgres().start();
    try (Connection connection = servers.postgres().connect("postgres")) {
      assertThat(ask(connection, "SELECT count(*) FROM made_by_the_first")).isEqualTo("0");
    }
  }

  private AttachedServers attach() {
    return AttachedServers.attach(checkout, LocalStackOptions.temporaryUnder(checkout));
  }

  private Process start() throws Exception {
    Process program =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    StackProgram.class.getName(),
                    checkout.toString()))
            .inheritIO()
            .start();
    await()
        .atMost(LIMIT)
        .failFast("it has ended", () -> !program.isAlive())
        .until(() -> Files.exists(checkout.resolve("target/test-stack/offer")));
    return program;
  }
}
