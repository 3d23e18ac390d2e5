package io.tenantry.localstack;

/** The servers of a stack, wherever they run. */
interface StackServers extends AutoCloseable {
  PostgresServer postgres();

  KafkaBroker kafka();

  /** Has it done before the servers end. */
  void beforeClose(Runnable action);

  /** Ends the servers; doing it again changes nothing. */
  @Override
  void close();
}
