package io.tenantry.cli.context;

import java.util.Locale;

/** What a context holds, by its name in the file and the environment variable that overrides it. */
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

  /** Its name in the file. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
