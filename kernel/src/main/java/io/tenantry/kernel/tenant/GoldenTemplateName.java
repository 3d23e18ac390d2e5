package io.tenantry.kernel.tenant;

/**
 * How golden template databases are named: tenant-service makes them, backup-service reads them.
 */
public final class GoldenTemplateName {

  /** What the name of every golden template begins with, and that of no tenant's database. */
  public static final String PREFIX = "tpl_";

  private GoldenTemplateName() {}

  /** The name of the golden template of this version of a blueprint. */
  public static String of(String blueprint, String version) {
    return PREFIX + blueprint + "_" + version;
  }
}
