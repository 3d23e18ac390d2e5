package io.tenantry.kernel.db;

/** SQL in one session outside of a transaction: what it sets and locks stays until it ends. */
public interface SqlSession extends Sql {

  /**
   * Runs a script without parameters by the simple protocol, the way for what cannot be prepared.
   * Several statements in one script are one transaction.
   */
  void execute(String script);
}
