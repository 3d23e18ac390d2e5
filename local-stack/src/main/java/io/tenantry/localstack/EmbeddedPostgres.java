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
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

  private final Path home;
  private final Path data;
  private final int port;
  private final String password;
  private final PostgresBinaries binaries;
  private final ServerUser user;
  private final LocalStackOptions options;
  private volatile SupervisedProcess process;

  private EmbeddedPostgres(Path home, int port, String password, LocalStackOptions options) {
    this.home = home;
    this.data = dataIn(home);
    this.port = port;
    this.password = password;
    this.binaries =
        PostgresBinaries.locate(hasDataIn(home) ? versionOf(data) : options.postgresMajor());
    this.user = ServerUser.forFilesUnder(home);
    this.options = options;
    this.process = startProcess();
  }

  /** Starts the server, with the data that is in the folder if there is any. */
  static EmbeddedPostgres start(Path home, int port, String password, LocalStackOptions options) {
    EmbeddedPostgres server = new EmbeddedPostgres(home, port, password, options);
    server.awaitReady();
    return server;
  }

  static boolean hasDataIn(Path home) {
    return versionOf(dataIn(home)).isPresent();
  }

  /** The major version of the data in a folder, if there is any. */
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
    return logIn(home);
  }

  @Override
  public Path binDirectory() {
    return binaries.directory();
  }

  /** Where a server writes its log. */
  static Path logIn(Path home) {
    return home.resolve("postgresql.log");
  }

  /** Where a server keeps its data. */
  static Path dataIn(Path home) {
    return home.resolve("postgres");
  }

  /** The major version. */
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
    user.own(data);
    return SupervisedProcess.start(
        new SupervisedProcess.Command(
            "postgresql",
            user.command(List.of(binaries.program("postgres").toString(), "-D", data.toString())),
            Map.of(),
            home,
            home,
            log(),
            Signal.INT,
            STOP_LIMIT));
  }

  private void awaitReady() {
    Waiting.until(new Waiting.Started(process), START_LIMIT, this::answers);
  }

  private boolean answers() {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public void stop() {
    process.stop(Signal.INT, STOP_LIMIT);
  }

  /** Ends the server at once, without writing its caches to disk. */
  void kill() {
    process.stop(Signal.QUIT, KILL_LIMIT);
  }

  private void initialise() {
    // Under another name first: a data folder that exists is complete.
    Path partial = home.resolve("postgres.new");
    Path passwordFile = home.resolve("superuser.password");
    try {
      Directories.delete(partial);
      Directories.createPrivate(partial);
      user.own(partial);
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
      throw new LocalStackException("PostgreSQL's data folder could not be made in " + home, e);
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
    // Its path may be too long for one, and nobody asks for it.
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
