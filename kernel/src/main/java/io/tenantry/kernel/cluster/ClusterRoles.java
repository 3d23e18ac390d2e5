package io.tenantry.kernel.cluster;

import java.util.List;

/**
 * The roles that Tenantry creates on a cluster, and what logs in with them; see docs/security.md.
 *
 * <p>Tenant isolation rests on this: a role that runs statements inside a tenant's database ({@link
 * #owner}, {@link #DUMP}, the tenant's two login roles) has no attribute and no membership with
 * effect outside that database. The cluster's admin has such attributes and logs in only to the
 * maintenance database, to {@link ClusterCatalog#DATABASE}, and to a database that it has just
 * created from {@code template0}.
 */
public final class ClusterRoles {

  /** Owns tenants' databases and golden templates; cannot log in. Only the admin is a member. */
  public static final String OWNER = "tenantry_owner";

  /** Owns databases that are unfinished or do not belong to tenants; cannot log in. */
  public static final String SCRATCH = "tenantry_scratch";

  /**
   * Owns what blueprints create in golden templates, and so in databases cloned from them; cannot
   * log in and owns nothing outside such databases. Its members are the owner roles of tenants with
   * a database of their own, which may connect to that database only.
   */
  public static final String CONTENT = "tenantry_content";

  /** Group of all tenants' roles, with privileges on the objects of golden templates. */
  public static final String APP = "tenantry_app";

  /** Group of the roles of tenants with a schema in the shared database. */
  public static final String SHARED_APP = "tenantry_shared_app";

  /**
   * May create schemas in the shared database; granted to owner roles while a schema is created or
   * restored.
   */
  public static final String SCHEMA_CREATORS = "tenantry_schema_creators";

  /**
   * Has CREATE on every schema of a database while a backup is loaded into it, so that objects can
   * be assigned to their previous owners. It has no privileges elsewhere, so tenants' roles may be
   * members.
   */
  public static final String LOADING = "tenantry_loading";

  /** Logs in to the shared database to create extensions, which belong to it. */
  public static final String EXTENSIONS = "tenantry_extensions";

  /**
   * Logs in for pg_dump only: reads everything, including rows hidden by policies, and writes
   * nothing. Created by deploy/postgres/tenant-cluster.sql, since that takes a superuser.
   */
  public static final String DUMP = "tenantry_dump";

  /** The groups that the admin creates on every cluster. */
  public static final List<String> GROUPS =
      List.of(OWNER, SCRATCH, CONTENT, APP, SHARED_APP, SCHEMA_CREATORS, LOADING);

  private static final String OWNER_SUFFIX = "_o";

  private ClusterRoles() {}

  /** The second login role of a tenant: credential rotation alternates between the two. */
  public static String second(String role) {
    return role + "_b";
  }

  /**
   * The owner role, which migrations, restores and grants of a tenant log in with. It owns the
   * tenant's schema or, as a member of {@link #CONTENT}, the objects in its database.
   */
  public static String owner(String role) {
    return role + OWNER_SUFFIX;
  }

  /** The tenant's role that an owner role belongs to; any other name is returned unchanged. */
  public static String withoutOwnerSuffix(String name) {
    return name.endsWith(OWNER_SUFFIX)
        ? name.substring(0, name.length() - OWNER_SUFFIX.length())
        : name;
  }
}
