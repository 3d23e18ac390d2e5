package io.tenantry.localstack;

import static io.tenantry.localstack.LocalStackTest.admin;
import static io.tenantry.localstack.LocalStackTest.ask;
import static io.tenantry.localstack.LocalStackTest.execute;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stacks of their own: stopped, started again, kept, thrown away, refused. */
@Tag("servers")
class LocalStackLifecycleTest {
  private static final PortChoice ANY = new PortChoice.Any();

  @TempDir Path folder;

  @Test
  void aKeptStackHasItsDataAndSecretsOnTheNextStart() throws Exception {
    Path kept = folder.resolve("kept");
    Map<String, String> first;
    try (LocalStack stack = LocalStack.start(LocalStackOptions.persistentIn(kept))) {
      first = stack.environment();
      makeTable(stack);
      makeTopic(stack);
    }
    try (LocalStack stack = LocalStack.start(LocalStackOptions.persistentIn(kept))) {
      assertThat(stack.environment())
          .containsEntry("ENCRYPTION_KEY", first.get("ENCRYPTION_KEY"))
          .containsEntry("TENANTRY_ADMIN_KEY", first.get("TENANTRY_ADMIN_KEY"))
          .containsEntry("CONTROL_DATABASE_PASSWORD", first.get("CONTROL_DATABASE_PASSWORD"))
          .containsEntry(
              "TENANT_CLUSTER_ADMIN_PASSWORD", first.get("TENANT_CLUSTER_ADMIN_PASSWORD"));
      assertHasTable(stack);
      assertHasTopic(stack);

      assertThatThrownBy(() -> LocalStack.start(LocalStackOptions.persistentIn(kept)))
          .isInstanceOf(LocalStackException.class)
          .hasMessageContaining("another stack is running");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(kept.resolve("secrets.properties"))))
        .isEqualTo("rw-------");
  }

  @Test
  void keptDataWithoutItsSecretsIsRefused() throws Exception {
    Path kept = folder.resolve("kept");
    Files.createDirectories(kept.resolve("postgres"));
    Files.writeString(kept.resolve("postgres/PG_VERSION"), "15\n");

    assertThatThrownBy(() -> LocalStack.start(LocalStackOptions.persistentIn(kept)))
        .isInstanceOf(LocalStackException.class)
        .hasMessageContaining("the data cannot be used");
  }

  @Test
  @Tag("P9")
  void removesEverythingOfATemporaryStack() throws Exception {
    LocalStack.start(LocalStackOptions.temporaryUnder(folder)).close();

    await().atMost(60, SECONDS).untilAsserted(() -> assertThat(entries(folder)).isEmpty());
  }

  @Test
  void aTakenPortIsNamedWithItsOption() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      LocalStackOptions options =
          LocalStackOptions.temporaryUnder(folder)
              .withPorts(ANY, new PortChoice.Given(taken.getLocalPort(), "--kafka-port"));

      assertThatThrownBy(() -> LocalStack.start(options))
          .isInstanceOf(LocalStackException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " for Kafka is in use")
          .hasMessageContaining("pid " + ProcessHandle.current().pid())
          .hasMessageContaining("--kafka-port");
    }
  }

  @Test
  void aServerThatDoesNotStartShowsTheEndOfItsLog() throws Exception {
    LocalStack stack = LocalStack.start(LocalStackOptions.temporaryUnder(folder));
    try (stack) {
      stack.postgres().stop();
      Path data = entries(folder).getFirst().resolve("postgres");
      Files.delete(data.resolve("global/pg_control"));

      assertThatThrownBy(() -> stack.postgres().start())
          .isInstanceOf(LocalStackException.class)
          .hasMessageContaining("postgresql exited during startup")
          .hasMessageContaining("pg_control");
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static void makeTable(LocalStack stack) throws SQLException {
    try (Connection connection = stack.postgres().connect("postgres")) {
      execute(connection, "CREATE TABLE remembered AS SELECT 42 AS answer");
    }
  }

  private static void assertHasTable(LocalStack stack) throws SQLException {
    try (Connection connection = stack.postgres().connect("postgres")) {
      assertThat(ask(connection, "SELECT answer FROM remembered")).isEqualTo("42");
    }
  }

  private static void makeTopic(LocalStack stack) throws Exception {
    try (Admin admin = admin(stack)) {
      admin.createTopics(List.of(new NewTopic("remembered", 1, (short) 1))).all().get();
    }
  }

  private static void assertHasTopic(LocalStack stack) throws Exception {
    try (Admin admin = admin(stack)) {
      assertThat(admin.listTopics().names().get()).contains("remembered");
    }
  }
}
