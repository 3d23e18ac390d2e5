package io.tenantry.localstack;

import io.tenantry.localstack.LocalStack.StartListener;
import io.tenantry.localstack.LocalStackOptions.ThrownAway;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** PostgreSQL and Kafka as child processes. */
final class EmbeddedServers implements StackServers {
  private final StackDirectory directory;
  private final LocalStackOptions options;
  private final Thread atExit = new Thread(this::end, "local-stack-end");
  private final Deque<Runnable> beforeClose = new ConcurrentLinkedDeque<>();
  private volatile EmbeddedPostgres postgres;
  private volatile EmbeddedKafka kafka;
  private boolean ended;

  EmbeddedServers(StackDirectory directory, LocalStackOptions options) {
    this.directory = directory;
    this.options = options;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  void start(int postgresPort, int kafkaPort, Secrets secrets, StartListener listener) {
    long begin = System.nanoTime();
    // The broker takes longest, so PostgreSQL starts meanwhile.
    kafka = EmbeddedKafka.launch(directory.path(), kafkaPort, options);
    postgres =
        EmbeddedPostgres.start(
            directory.path(), postgresPort, secrets.superuserPassword(), options);
    ControlDatabase.prepare(postgres, secrets);
    listener.ready(
        "PostgreSQL " + postgres.version(), postgres.host() + ":" + postgres.port(), since(begin));
    kafka.awaitReady();
    listener.ready("Kafka " + EmbeddedKafka.version(), kafka.bootstrapServers(), since(begin));
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
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
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending already, so the hook has run or is about to find nothing to do.
      return;
    }
  }

  @Override
  public void beforeClose(Runnable action) {
    beforeClose.addFirst(action);
  }

  private synchronized void end() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      beforeClose.forEach(Runnable::run);
    } finally {
      endServers();
    }
  }

  private void endServers() {
    boolean thrownAway = options.storage() instanceof ThrownAway;
    try {
      if (kafka != null) {
        if (thrownAway) {
          kafka.kill();
        } else {
          kafka.stop();
        }
      }
      if (postgres != null) {
        if (thrownAway) {
          postgres.kill();
        } else {
          postgres.stop();
        }
      }
    } finally {
      directory.close();
    }
  }
}
