package io.tenantry.kernel.tenant;

/**
 * The names of golden template databases, which tenant-service creates and backup-service reads.
 */
public final class GoldenTemplateName {

  /** The prefix of golden templates' names, which no tenant's database has. */
  public static final String PREFIX = "tpl_";

  private GoldenTemplateName() {}

  /** The name of the golden template of this version of a blueprint. */
  public static String of(String blueprint, String version) {
    return PREFIX + blueprint + "_" + version;
  }
}
