package io.tenantry.localstack;

import io.tenantry.localstack.LocalStackOptions.Durability;
import io.tenantry.localstack.LocalStackOptions.StatementLog;
import java.util.Map;
import java.util.TreeMap;

/** Settings of PostgreSQL that apply to child processes and containers. */
final class PostgresSettings {
  private PostgresSettings() {}

  static Map<String, String> of(LocalStackOptions options) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("max_connections", "200");
    settings.put("password_encryption", "scram-sha-256");
    settings.put("timezone", "UTC");
    settings.put("log_timezone", "UTC");
    settings.put("log_line_prefix", "%m [%p] %u@%d ");
    settings.put("log_statement", options.statementLog() == StatementLog.ALL ? "all" : "none");
    String durable = options.durability() == Durability.FULL ? "on" : "off";
    settings.put("fsync", durable);
    settings.put("synchronous_commit", durable);
    settings.put("full_page_writes", durable);
    if (options.durability() != Durability.FULL) {
      // Autovacuum visits each database once in this time, and tests create hundreds of databases.
      settings.put("autovacuum_naptime", "10min");
    }
    return settings;
  }
}
