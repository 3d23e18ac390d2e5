package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.literal;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.tenant.TenantLocation;
import java.util.ArrayList;
import java.util.List;

/** Finds the roles that a dump names, other than the tenant's and Tenantry's. */
final class OtherRoles {

  private OtherRoles() {}

  /** Owners, grantees, and roles of policies, in the session's database or in the schema. */
  static List<String> of(Session session, TenantLocation tenant) {
    List<String> known = new ArrayList<>(ClusterRoles.GROUPS);
    known.addAll(List.of(ClusterRoles.DUMP, ClusterRoles.EXTENSIONS));
    known.addAll(List.of(tenant.role(), tenant.secondRole(), tenant.ownerRole()));
    return session.list(
        row -> row.getString(0),
        """
        SELECT DISTINCT rolname
        FROM pg_catalog.pg_shdepend
        JOIN pg_catalog.pg_roles ON pg_roles.oid = refobjid
        WHERE dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
          AND refclassid = 'pg_catalog.pg_authid'::regclass
          AND deptype IN ('o', 'a', 'r')
          AND rolname <> ALL ($1)
          AND %s
        ORDER BY rolname
        """
            .formatted(tenant.schema().map(OtherRoles::inSchema).orElse("true")),
        (Object) known.toArray(String[]::new));
  }

  /** Starts from the schema's objects, so that not the whole catalog is read for each tenant. */
  private static String inSchema(String schema) {
    return """
    (classid, objid) IN (
      WITH space AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s)
      SELECT 'pg_catalog.pg_namespace'::regclass, oid FROM space
      UNION ALL
      SELECT 'pg_catalog.pg_class'::regclass, oid FROM pg_catalog.pg_class WHERE relnamespace = (SELECT oid FROM space)
      UNION ALL
      SELECT 'pg_catalog.pg_proc'::regclass, oid FROM pg_catalog.pg_proc WHERE pronamespace = (SELECT oid FROM space)
      UNION ALL
      SELECT 'pg_catalog.pg_type'::regclass, oid FROM pg_catalog.pg_type WHERE typnamespace = (SELECT oid FROM space)
      UNION ALL
      SELECT 'pg_catalog.pg_operator'::regclass, oid FROM pg_catalog.pg_operator WHERE oprnamespace = (SELECT oid FROM space)
      UNION ALL
      SELECT 'pg_catalog.pg_default_acl'::regclass, oid FROM pg_catalog.pg_default_acl WHERE defaclnamespace = (SELECT oid FROM space)
      UNION ALL
      SELECT 'pg_catalog.pg_policy'::regclass, pg_policy.oid
      FROM pg_catalog.pg_policy
      JOIN pg_catalog.pg_class ON pg_class.oid = polrelid
      WHERE relnamespace = (SELECT oid FROM space)
    )
    """
        .formatted(literal(schema));
  }
}
