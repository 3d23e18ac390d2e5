package io.tenantry.cli.context;

import java.util.Locale;

/**
 * The settings of a context, with their names in the file and the environment variables that
 * override them.
 */
public enum Setting {
  TENANT_URL("TENANT_URL"),
  INGESTION_URL("INGESTION_URL"),
  BACKUP_URL("BACKUP_URL"),
  KEY("TENANTRY_ADMIN_KEY"),
  TRUST_FILE("TENANTRY_TRUST_FILE"),
  TIMEOUT("TENANTRY_TIMEOUT");

  private final String variable;

  Setting(String variable) {
    this.variable = variable;
  }

  public String variable() {
    return variable;
  }

  /** The name in the file. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
