package io.tenantry.kernel.db;

/** SQL in one session outside a transaction: settings and locks last until the session ends. */
public interface SqlSession extends Sql {

  /**
   * Runs a script without parameters by the simple query protocol, for statements that cannot be
   * prepared. Several statements in one script run in one transaction.
   */
  void execute(String script);
}
