package io.tenantry.localstack;

/** The servers of a stack, wherever they run. */
interface StackServers extends AutoCloseable {
  PostgresServer postgres();

  KafkaBroker kafka();

  /** Starts one more PostgreSQL server, which ends with the others. */
  PostgresServer startPostgres(String name);

  /** Starts one more broker, with TLS, which ends with the others. */
  SecureKafka startKafka(String name, KafkaTls tls);

  /** What is done when the servers end. */
  Ending ending();

  /** Has it done before the servers end. */
  default void beforeClose(Runnable action) {
    ending().before(action);
  }

  /** Ends the servers; doing it again changes nothing. */
  @Override
  default void close() {
    ending().now();
  }
}
