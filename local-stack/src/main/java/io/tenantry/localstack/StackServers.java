package io.tenantry.localstack;

/** The servers of a stack, wherever they run. */
interface StackServers extends AutoCloseable {
  PostgresServer postgres();

  KafkaBroker kafka();

  /** Starts one more PostgreSQL server, which ends with the others. */
  PostgresServer startPostgres(String name);

  /** Starts one more broker, with TLS, which ends with the others. */
  SecureKafka startKafka(String name, KafkaTls tls);

  /** Has it done before the servers end. */
  void beforeClose(Runnable action);

  /** Ends the servers; doing it again changes nothing. */
  @Override
  void close();
}
