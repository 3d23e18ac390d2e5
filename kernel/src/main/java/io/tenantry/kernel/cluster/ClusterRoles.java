package io.tenantry.kernel.cluster;

import java.util.List;

/**
 * The roles that Tenantry creates on a cluster, and who logs in with them; docs/security.md draws
 * the model.
 *
 * <p>What keeps tenants apart: a role that runs statements inside a tenant's database ({@link
 * #owner}, {@link #DUMP}, the tenant's own two) has no attribute and no membership that reaches
 * beyond that database. The cluster's admin, who has, logs in to the maintenance database and to
 * {@link ClusterCatalog#DATABASE} alone, and to a database that it has just created from {@code
 * template0}.
 */
public final class ClusterRoles {

  /** Owns tenants' databases and golden templates; cannot log in. Only the admin is a member. */
  public static final String OWNER = "tenantry_owner";

  /** Owns databases that are not finished, or not tenants'; cannot log in. */
  public static final String SCRATCH = "tenantry_scratch";

  /**
   * Owns what blueprints create in golden templates, and so in databases cloned from them; cannot
   * log in and owns nothing outside such databases. Its members are the owner roles of tenants with
   * a database of their own, which may connect to that database only.
   */
  public static final String CONTENT = "tenantry_content";

  /** Group of all tenants' roles, with the rights on what a golden template holds. */
  public static final String APP = "tenantry_app";

  /** Group of the roles of tenants with a schema in the shared database. */
  public static final String SHARED_APP = "tenantry_shared_app";

  /** May create schemas in the shared database: owner roles, while a schema is made or restored. */
  public static final String SCHEMA_CREATORS = "tenantry_schema_creators";

  /**
   * Has CREATE in every schema of a database that a backup is loaded into, until it is loaded:
   * whatever owned an object there must be able to get it again. It has no rights anywhere else, so
   * that tenants' roles may be its members.
   */
  public static final String LOADING = "tenantry_loading";

  /** Logs in to the shared database to create extensions, which belong to it. */
  public static final String EXTENSIONS = "tenantry_extensions";

  /**
   * Logs in for pg_dump alone: reads everything, also rows that policies hide, and writes nothing.
   * deploy/postgres/tenant-cluster.sql creates it, since only a superuser can.
   */
  public static final String DUMP = "tenantry_dump";

  /** The groups that the admin creates on every cluster. */
  public static final List<String> GROUPS =
      List.of(OWNER, SCRATCH, CONTENT, APP, SHARED_APP, SCHEMA_CREATORS, LOADING);

  private static final String OWNER_SUFFIX = "_o";

  private ClusterRoles() {}

  /** The second login role of a tenant: credentials are rotated between the two. */
  public static String second(String role) {
    return role + "_b";
  }

  /**
   * The role that migrations, restores and grants of a tenant log in with. It owns the tenant's
   * schema, or as a member of {@link #CONTENT} what is in its database.
   */
  public static String owner(String role) {
    return role + OWNER_SUFFIX;
  }

  /** The tenant's role whose owner role this is; a name that is no owner role's stays as it is. */
  public static String withoutOwnerSuffix(String name) {
    return name.endsWith(OWNER_SUFFIX)
        ? name.substring(0, name.length() - OWNER_SUFFIX.length())
        : name;
  }
}
