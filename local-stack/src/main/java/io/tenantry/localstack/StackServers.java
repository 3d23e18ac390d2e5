package io.tenantry.localstack;

/** The servers of a stack. */
interface StackServers extends AutoCloseable {
  PostgresServer postgres();

  KafkaBroker kafka();

  /** Starts an additional PostgreSQL server, which is stopped with the others. */
  PostgresServer startPostgres(String name);

  /** Starts an additional broker with TLS, which is stopped with the others. */
  TlsKafka startKafka(String name, KafkaTls tls);

  /** The actions that stop the servers. */
  ShutdownActions shutdown();

  /** Adds an action that runs before the servers are stopped. */
  default void beforeClose(Runnable action) {
    shutdown().addFirst(action);
  }

  /** Stops the servers; does nothing if they are stopped already. */
  @Override
  default void close() {
    shutdown().runNow();
  }
}
