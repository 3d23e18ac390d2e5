package io.tenantry.localstack;

import io.tenantry.localstack.LocalStackOptions.Durability;
import io.tenantry.localstack.SupervisedProcess.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** PostgreSQL as a child process. */
final class EmbeddedPostgres implements PostgresServer {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);

  private final Path directory;
  private final Path data;
  private final int port;
  private final String password;
  private final PostgresBinaries binaries;
  private final ServerUser user;
  private final LocalStackOptions options;
  private volatile SupervisedProcess process;

  private EmbeddedPostgres(Path directory, int port, String password, LocalStackOptions options) {
    this.directory = directory;
    this.data = dataIn(directory);
    this.port = port;
    this.password = password;
    this.binaries =
        PostgresBinaries.locate(hasDataIn(directory) ? versionOf(data) : options.postgresMajor());
    this.user = ServerUser.forFilesUnder(directory);
    this.options = options;
    this.process = startProcess();
  }

  /** Starts the server with the data in the directory, if there is any. */
  static EmbeddedPostgres start(
      Path directory, int port, String password, LocalStackOptions options) {
    EmbeddedPostgres server = new EmbeddedPostgres(directory, port, password, options);
    server.awaitReady();
    return server;
  }

  static boolean hasDataIn(Path directory) {
    return versionOf(dataIn(directory)).isPresent();
  }

  /** The major version of the data in a directory, if there is any. */
  static OptionalInt versionOf(Path data) {
    Path version = data.resolve("PG_VERSION");
    try {
      return Files.exists(version)
          ? OptionalInt.of(Integer.parseInt(Files.readString(version).strip()))
          : OptionalInt.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String host() {
    return "127.0.0.1";
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
    return logIn(directory);
  }

  @Override
  public Path binDirectory() {
    return binaries.directory();
  }

  /** The path of a server's log. */
  static Path logIn(Path directory) {
    return directory.resolve("postgresql.log");
  }

  /** The path of a server's data directory. */
  static Path dataIn(Path directory) {
    return directory.resolve("postgres");
  }

  /** PostgreSQL's major version. */
  int version() {
    return binaries.major();
  }

  @Override
  public synchronized void start() {
    if (!process.isAlive()) {
      process = startProcess();
      awaitReady();
    }
  }

  private SupervisedProcess startProcess() {
    if (versionOf(data).isEmpty()) {
      initialise();
    }
    configure();
    user.takeOwnership(data);
    return SupervisedProcess.start(
        new SupervisedProcess.Command(
            "postgresql",
            user.command(List.of(binaries.program("postgres").toString(), "-D", data.toString())),
            Map.of(),
            directory,
            directory,
            log(),
            Signal.INT,
            STOP_TIMEOUT));
  }

  private void awaitReady() {
    ServerReadiness.await(new ServerReadiness.ChildProcess(process), START_TIMEOUT, this::isReady);
  }

  private boolean isReady() {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public void stop() {
    process.stop(Signal.INT, STOP_TIMEOUT);
  }

  /** Stops the server immediately, without a shutdown checkpoint. */
  void kill() {
    process.stop(Signal.QUIT, KILL_TIMEOUT);
  }

  private void initialise() {
    // Initialise under another name and rename: an existing data directory is always complete.
    Path partial = directory.resolve("postgres.new");
    Path passwordFile = directory.resolve("superuser.password");
    try {
      Directories.delete(partial);
      Directories.createPrivate(partial);
      user.takeOwnership(partial);
      Directories.writePrivate(passwordFile, password);
      List<String> command = new ArrayList<>();
      command.add(binaries.program("initdb").toString());
      command.addAll(List.of("--pgdata", partial.toString(), "--username", SUPERUSER));
      command.addAll(List.of("--encoding", "UTF8", "--locale", locale()));
      command.addAll(List.of("--auth", "scram-sha-256", "--pwfile", passwordFile.toString()));
      if (options.durability() == Durability.RELAXED) {
        command.add("--no-sync");
      }
      Programs.Result result = Programs.run(user.command(command));
      if (!result.succeeded()) {
        throw new LocalStackException("initdb failed:\n" + result.output());
      }
      Files.move(partial, data, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LocalStackException(
          "PostgreSQL's data directory could not be created in " + directory, e);
    } finally {
      Directories.delete(passwordFile);
    }
  }

  private static String locale() {
    return System.getProperty("os.name").startsWith("Mac") ? "en_US.UTF-8" : "C.UTF-8";
  }

  private void configure() {
    Map<String, String> settings = new TreeMap<>(PostgresSettings.of(options));
    settings.put("listen_addresses", host());
    settings.put("port", Integer.toString(port));
    // The path may be too long for a socket, and no client uses it.
    settings.put("unix_socket_directories", "");
    String lines =
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + " = '" + setting.getValue() + "'\n")
            .collect(Collectors.joining());
    try {
      Files.writeString(data.resolve("postgresql.conf"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
