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
 * What a tenant is made from: versioned data, known by the hash of its content.
 *
 * @param name its name, for example {@code car}
 * @param version the first 12 hex digits of the SHA-256 over its files
 * @param isolation what keeps its tenants apart
 * @param naming the pattern of the name of a tenant's database, or schema, with {@code {tenant_id}}
 *     in it
 * @param locale the locale of its databases, which are all UTF-8
 * @param connectionLimit connections a tenant may have at once
 * @param requiredExtensions extensions without which there is no tenant
 * @param optionalExtensions extensions that are used where the server has them
 * @param services the services a tenant gets if the request names none
 * @param apiKeys the API keys a tenant gets if the request says nothing of them
 * @param quotas the most a tenant may have
 * @param backup when to back up a tenant
 * @param outOfOrder whether a tenant may be given a migration that is older than those it has had
 * @param migrations its SQL, in the order of their file names
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

  /** How many keys, what they begin with and what they permit. */
  public record ApiKeys(int count, String prefix, List<String> scopes) {}

  /** The most a tenant may have of each. */
  public record Quotas(int databases, int apiKeys, int services) {}

  /** One migration, by Flyway's file name. */
  public record Migration(String fileName, String sql) {

    /**
     * Whether it takes back the migration of the same version, which Flyway's free edition lacks.
     */
    public boolean isUndo() {
      return name().kind() == MigrationName.Kind.UNDO;
    }

    /** Whether it is not SQL, but Flyway's settings for the SQL file of that name. */
    public boolean isConfig() {
      return name().isConfig();
    }

    /** Its version; empty for a repeatable one. */
    public Optional<MigrationVersion> version() {
      return name().version();
    }

    private MigrationName name() {
      return MigrationName.of(fileName);
    }
  }

  /** Flyway's settings for a migration, where it has some. */
  public Optional<String> config(String fileName) {
    return migrations.stream()
        .filter(migration -> migration.fileName().equals(fileName + ".conf"))
        .map(Migration::sql)
        .findFirst();
  }

  /**
   * The name of a tenant's role, and of its database or schema; hyphens of the id become
   * underscores.
   */
  public String tenantName(UUID tenantId) {
    return naming.replace("{tenant_id}", tenantId.toString().replace('-', '_'));
  }

  /** The same with these migrations alone, and what belongs to them. */
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
   * The schema that the migrations fill, in the golden template: {@code public}, or for tenants
   * that share a database one that stands for the tenant's.
   */
  public String templateSchema() {
    return switch (isolation) {
      case DATABASE -> "public";
      case SCHEMA -> "golden";
    };
  }
}
