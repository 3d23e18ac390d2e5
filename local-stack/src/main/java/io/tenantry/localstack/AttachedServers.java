package io.tenantry.localstack;

import io.tenantry.localstack.StackOffer.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Servers that {@code deploy/local/stack} had ready: nobody has used them before, and they end when
 * this JVM does. It starts and stops them for this JVM; what is started beside them is this JVM's.
 */
final class AttachedServers implements StackServers {
  private final Line line;
  private final Path directory;
  private final PostgresServer postgres;
  private final KafkaBroker kafka;
  private final StackDirectory own;
  private final OtherServers others;
  private final Ending ending;

  private AttachedServers(
      Line line, Path directory, int postgresPort, String kafka, LocalStackOptions options) {
    this.line = line;
    this.directory = directory;
    this.postgres =
        new AttachedPostgres(
            line, directory, postgresPort, Secrets.in(directory).superuserPassword());
    this.kafka = new AttachedKafka(line, directory, kafka);
    this.own = StackDirectory.open(options.storage());
    this.others = new OtherServers(own.path(), options);
    this.ending = new Ending(this::leave);
  }

  /**
   * Takes what is ready, or waits until it is.
   *
   * @param folder one of the checkout that they are for
   * @param options of what is started beside it
   * @throws LocalStackException when nobody offers anything
   */
  static AttachedServers attach(Path folder, LocalStackOptions options) {
    Line line = StackOffer.find(folder).accept();
    try {
      String directory = line.read();
      if (directory == null) {
        throw new LocalStackException("deploy/local/stack has no stack; its output says why");
      }
      int postgresPort = Integer.parseInt(line.readNext());
      return new AttachedServers(line, Path.of(directory), postgresPort, line.readNext(), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The stack's folder. */
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
  public SecureKafka startKafka(String name, KafkaTls tls) {
    return others.startKafka(name, tls);
  }

  @Override
  public Ending ending() {
    return ending;
  }

  private void leave() {
    others.kill();
    own.close();
    try {
      line.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record AttachedPostgres(Line line, Path directory, int port, String superuserPassword)
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
      line.ask(StackProgram.STOP_POSTGRES);
    }

    @Override
    public void start() {
      line.ask(StackProgram.START_POSTGRES);
    }

    /** Without the password: records print all they hold. */
    @Override
    public String toString() {
      return "AttachedPostgres[" + directory + "]";
    }
  }

  private record AttachedKafka(Line line, Path directory, String bootstrapServers)
      implements KafkaBroker {

    @Override
    public Path log() {
      return EmbeddedKafka.logIn(directory);
    }

    @Override
    public void stop() {
      line.ask(StackProgram.STOP_KAFKA);
    }

    @Override
    public void start() {
      line.ask(StackProgram.START_KAFKA);
    }
  }
}
