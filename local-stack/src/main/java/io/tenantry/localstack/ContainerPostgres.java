package io.tenantry.localstack;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** PostgreSQL in a container. */
final class ContainerPostgres implements PostgresServer {
  private static final String IMAGE = "postgres:17";
  private static final int PORT = 5432;

  private final ServerContainer container;
  private final int port;
  private final String password;

  ContainerPostgres(Path directory, int port, String password, LocalStackOptions options) {
    this.port = port;
    this.password = password;
    Stream<String> settings =
        PostgresSettings.of(options).entrySet().stream()
            .flatMap(setting -> Stream.of("-c", setting.getKey() + "=" + setting.getValue()));
    this.container =
        new ServerContainer("postgresql", IMAGE, port, PORT, directory.resolve("postgresql.log"))
            .withEnv("POSTGRES_PASSWORD", password)
            .withEnv("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C.UTF-8")
            .withCommand(Stream.concat(Stream.of("postgres"), settings).toArray(String[]::new));
  }

  void launch() {
    container.start();
  }

  void awaitReady() {
    container.awaitReady(this::isReady);
  }

  private boolean isReady() {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }

  void remove() {
    container.stop();
  }

  @Override
  public String host() {
    return container.getHost();
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String superuserPassword() {
    return password;
  }

  @Override
  public Path log() {
    return container.copyLog();
  }

  @Override
  public Path binDirectory() {
    return PostgresBinaries.locate(OptionalInt.empty()).directory();
  }

  @Override
  public void stop() {
    container.pause();
  }

  @Override
  public void start() {
    container.resume();
    awaitReady();
  }
}
