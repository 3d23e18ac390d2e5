package io.tenantry.tenant.blueprint;

import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.migration.MigrationName;
import io.tenantry.kernel.tenant.GoldenTemplateName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.flywaydb.core.api.MigrationVersion;

/**
 * A versioned description of a tenant's database: migrations, extensions, quotas and defaults.
 *
 * @param name the name, for example {@code car}
 * @param version the first 12 hex digits of the SHA-256 over its files
 * @param isolation whether each tenant gets a database or a schema
 * @param naming the pattern of the name of a tenant's database or schema, which contains {@code
 *     {tenant_id}}
 * @param locale the locale of its databases, whose encoding is UTF-8
 * @param connectionLimit the maximum number of connections of a tenant
 * @param requiredExtensions extensions that the server must provide
 * @param optionalExtensions extensions that are created if the server provides them
 * @param services the services of a tenant whose request names none
 * @param apiKeys the API keys of a tenant whose request names none
 * @param quotas the quotas of a new tenant
 * @param backup the backup schedule and retention of a tenant
 * @param outOfOrder whether migrations may run that are older than those a tenant already has
 * @param migrations the SQL migrations, ordered by file name
 */
public record Blueprint(
    String name,
    String version,
    Isolation isolation,
    String naming,
    String locale,
    int connectionLimit,
    List<String> requiredExtensions,
    List<String> optionalExtensions,
    List<String> services,
    ApiKeys apiKeys,
    Quotas quotas,
    TenantEvent.BackupPolicy backup,
    boolean outOfOrder,
    List<Migration> migrations) {

  /** The number, prefix and scopes of API keys. */
  public record ApiKeys(int count, String prefix, List<String> scopes) {}

  /** The quota of each resource. */
  public record Quotas(int databases, int apiKeys, int services) {}

  /** A migration file, named as Flyway requires. */
  public record Migration(String fileName, String sql) {

    /** Whether it undoes the migration of the same version. Flyway's free edition cannot run it. */
    public boolean isUndo() {
      return name().kind() == MigrationName.Kind.UNDO;
    }

    /** Whether it contains Flyway's settings for the SQL file of that name instead of SQL. */
    public boolean isConfig() {
      return name().isConfig();
    }

    /** The version; empty for a repeatable migration. */
    public Optional<MigrationVersion> version() {
      return name().version();
    }

    private MigrationName name() {
      return MigrationName.of(fileName);
    }
  }

  /** Flyway's settings for a migration file; empty if it has none. */
  public Optional<String> config(String fileName) {
    return migrations.stream()
        .filter(migration -> migration.fileName().equals(fileName + ".conf"))
        .map(Migration::sql)
        .findFirst();
  }

  /**
   * The name of a tenant's role and of its database or schema; hyphens in the id become
   * underscores.
   */
  public String tenantName(UUID tenantId) {
    return naming.replace("{tenant_id}", tenantId.toString().replace('-', '_'));
  }

  /** This blueprint with only these migrations and their settings. */
  public Blueprint only(Collection<String> scripts) {
    return new Blueprint(
        name,
        version,
        isolation,
        naming,
        locale,
        connectionLimit,
        requiredExtensions,
        optionalExtensions,
        services,
        apiKeys,
        quotas,
        backup,
        outOfOrder,
        migrations.stream()
            .filter(
                migration ->
                    scripts.contains(migration.fileName())
                        || scripts.stream()
                            .anyMatch(script -> migration.fileName().equals(script + ".conf")))
            .toList());
  }

  /** The name of the golden template database of this version. */
  public String templateName() {
    return GoldenTemplateName.of(name, version);
  }

  /**
   * The schema that the migrations fill in the golden template: {@code public}, or a placeholder
   * for the tenant's schema if tenants share a database.
   */
  public String templateSchema() {
    return switch (isolation) {
      case DATABASE -> "public";
      case SCHEMA -> "golden";
    };
  }
}
