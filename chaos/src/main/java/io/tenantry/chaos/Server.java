package io.tenantry.chaos;

import io.tenantry.localstack.KafkaBroker;
import io.tenantry.localstack.LocalStackException;
import io.tenantry.localstack.PostgresServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** PostgreSQL or Kafka, which can be killed, suspended and started again. */
final class Server {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final int CONNECT_MILLIS = 1000;

  private final String name;
  private final Path pidFile;
  private final Runnable stop;
  private final Runnable start;
  private final Check check;

  /** Whether a server accepts clients. */
  private interface Check {
    boolean isReady() throws IOException, SQLException;
  }

  private Server(String name, Path pidFile, Runnable stop, Runnable start, Check check) {
    this.name = name;
    this.pidFile = pidFile;
    this.stop = stop;
    this.start = start;
    this.check = check;
  }

  static Server of(PostgresServer postgres) {
    return new Server(
        "postgres",
        postgres.log().resolveSibling("postgres").resolve("postmaster.pid"),
        postgres::stop,
        postgres::start,
        () -> {
          try (Connection connection = postgres.connect("postgres")) {
            return connection.isValid(5);
          }
        });
  }

  static Server of(KafkaBroker kafka) {
    String address = kafka.bootstrapServers();
    int colon = address.lastIndexOf(':');
    InetSocketAddress socketAddress =
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    return new Server(
        "kafka",
        kafka.log().resolveSibling("kafka.pid"),
        kafka::stop,
        kafka::start,
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(socketAddress, CONNECT_MILLIS);
            return true;
          }
        });
  }

  String name() {
    return name;
  }

  /** Sends SIGKILL: the server can finish nothing. */
  void kill() throws IOException, InterruptedException {
    Signals.send("KILL", Signals.pidIn(pidFile));
  }

  /** Stops the server in an orderly way. */
  void stop() {
    stop.run();
  }

  /** Suspends all its processes: connections stay open, and nothing is answered. */
  void suspend() throws IOException, InterruptedException {
    Signals.sendToTree("STOP", Signals.pidIn(pidFile));
  }

  /** Lets suspended processes continue. */
  void resume() throws IOException, InterruptedException {
    Signals.sendToTree("CONT", Signals.pidIn(pidFile));
  }

  /** Starts the server after it exited, and waits until it accepts clients. */
  void start() throws InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!isReady()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(name + " did not start again");
      }
      try {
        start.run();
      } catch (LocalStackException e) {
        // Processes of the killed server may still be exiting.
        Thread.sleep(200);
      }
      Thread.sleep(50);
    }
  }

  private boolean isReady() {
    try {
      return check.isReady();
    } catch (IOException | SQLException e) {
      return false;
    }
  }
}
