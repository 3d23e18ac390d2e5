package io.tenantry.tenant.blueprint;

import io.tenantry.kernel.event.TenantEvent;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * What a tenant is made from: versioned data, known by the hash of its content.
 *
 * @param name its name, for example {@code car}
 * @param version the first 12 hex digits of the SHA-256 over its files
 * @param naming the pattern of a tenant's database name, with {@code {tenant_id}} in it
 * @param locale the locale of its databases, which are all UTF-8
 * @param connectionLimit connections a tenant's database admits at once
 * @param requiredExtensions extensions without which there is no tenant
 * @param optionalExtensions extensions that are used where the server has them
 * @param services the services a tenant gets if the request names none
 * @param apiKeys the API keys a tenant gets if the request says nothing of them
 * @param quotas the most a tenant may have
 * @param backup when to back up a tenant
 * @param migrations its SQL, in the order of their file names
 */
public record Blueprint(
    String name,
    String version,
    String naming,
    String locale,
    int connectionLimit,
    List<String> requiredExtensions,
    List<String> optionalExtensions,
    List<String> services,
    ApiKeys apiKeys,
    Quotas quotas,
    TenantEvent.BackupPolicy backup,
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
      return fileName.startsWith("U");
    }
  }

  /** The name of a tenant's database and of its role; hyphens of the id become underscores. */
  public String databaseName(UUID tenantId) {
    return naming.replace("{tenant_id}", tenantId.toString().replace('-', '_'));
  }

  /** The name of the golden template database of this version. */
  public String templateName() {
    return TEMPLATE_PREFIX + name.toLowerCase(Locale.ROOT) + "_" + version;
  }

  /** What the name of every golden template begins with, and that of no tenant's database. */
  public static final String TEMPLATE_PREFIX = "tpl_";
}
