package io.tenantry.localstack;

import io.tenantry.localstack.StackEndpoint.Channel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Servers that {@code deploy/local/stack} provides for this JVM. They were not used before and stop
 * when this JVM exits. {@code deploy/local/stack} starts and stops them on request; additional
 * servers are child processes of this JVM.
 */
final class AttachedServers implements StackServers {
  private final Channel channel;
  private final Path directory;
  private final PostgresServer postgres;
  private final KafkaBroker kafka;
  private final StackDirectory own;
  private final AdditionalServers others;
  private final ShutdownActions shutdown;

  private AttachedServers(
      Channel channel, Path directory, int postgresPort, String kafka, LocalStackOptions options) {
    this.channel = channel;
    this.directory = directory;
    this.postgres =
        new AttachedPostgres(
            channel, directory, postgresPort, Secrets.in(directory).superuserPassword());
    this.kafka = new AttachedKafka(channel, directory, kafka);
    this.own = StackDirectory.open(options.storage());
    this.others = new AdditionalServers(own.path(), options);
    this.shutdown = new ShutdownActions(this::detach);
  }

  /**
   * Attaches to the provided servers, and waits until they are ready.
   *
   * @param folder a directory in the checkout
   * @param options the options of additional servers
   * @throws LocalStackException if {@code deploy/local/stack} does not run
   */
  static AttachedServers attach(Path folder, LocalStackOptions options) {
    Channel channel = StackEndpoint.find(folder).connect();
    try {
      String directory = channel.read();
      if (directory == null) {
        throw new LocalStackException("deploy/local/stack could not start a stack; see its output");
      }
      int postgresPort = Integer.parseInt(channel.readNext());
      return new AttachedServers(
          channel, Path.of(directory), postgresPort, channel.readNext(), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The stack's directory. */
  Path directory() {
    return directory;
  }

  @Override
  public PostgresServer postgres() {
    return postgres;
  }

  @Override
  public KafkaBroker kafka() {
    return kafka;
  }

  @Override
  public PostgresServer startPostgres(String name) {
    return others.startPostgres(name, postgres.superuserPassword());
  }

  @Override
  public TlsKafka startKafka(String name, KafkaTls tls) {
    return others.startKafka(name, tls);
  }

  @Override
  public ShutdownActions shutdown() {
    return shutdown;
  }

  private void detach() {
    others.kill();
    own.close();
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record AttachedPostgres(
      Channel channel, Path directory, int port, String superuserPassword)
      implements PostgresServer {

    @Override
    public String host() {
      return "127.0.0.1";
    }

    @Override
    public Path log() {
      return EmbeddedPostgres.logIn(directory);
    }

    @Override
    public Path binDirectory() {
      return PostgresBinaries.locate(EmbeddedPostgres.versionOf(EmbeddedPostgres.dataIn(directory)))
          .directory();
    }

    @Override
    public void stop() {
      channel.request(StackProgram.STOP_POSTGRES);
    }

    @Override
    public void start() {
      channel.request(StackProgram.START_POSTGRES);
    }

    /** Without the password, which a record would print. */
    @Override
    public String toString() {
      return "AttachedPostgres[" + directory + "]";
    }
  }

  private record AttachedKafka(Channel channel, Path directory, String bootstrapServers)
      implements KafkaBroker {

    @Override
    public Path log() {
      return EmbeddedKafka.logIn(directory);
    }

    @Override
    public void stop() {
      channel.request(StackProgram.STOP_KAFKA);
    }

    @Override
    public void start() {
      channel.request(StackProgram.START_KAFKA);
    }
  }
}
