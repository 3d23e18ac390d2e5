package io.tenantry.kernel.cluster;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.SqlSession;
import java.util.List;
import java.util.UUID;

/**
 * The part of {@link ClusterObjects} that works on one tenant's schemas, in a session of its owner
 * role. Such a session cannot affect other tenants, since the role owns nothing of theirs; and each
 * change first compares the server and the mark of the session's role.
 */
public final class SchemaObjects {

  /** Name prefixes of replaced schemas; no other schema may be dropped. */
  private static final List<String> REPLACED = List.of("former_", "undone_");

  private final ClusterObjects objects;
  private final UUID tenant;

  /** For the schemas of one tenant. */
  public SchemaObjects(ClusterObjects objects, UUID tenant) {
    this.objects = objects;
    this.tenant = tenant;
  }

  /**
   * A statement that fails unless the session is on the registered server and belongs to the owner
   * role of this tenant; its transaction is then rolled back.
   */
  public String guard() {
    String mark = Mark.of(objects.installation(), Purpose.TENANT, tenant).toString();
    return """
    DO $tenantry$
    DECLARE
      found text := (SELECT pg_catalog.shobj_description(oid, 'pg_authid') FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) session_user);
    BEGIN
      IF (SELECT system_identifier FROM pg_catalog.pg_control_system()) OPERATOR(pg_catalog.<>) %1$s THEN
        RAISE EXCEPTION 'Another server answers than the registered cluster.' USING ERRCODE = '%2$s';
      END IF;
      IF found IS NULL OR NOT (found OPERATOR(pg_catalog.=) %3$s OR pg_catalog.starts_with(found, %5$s)) THEN
        RAISE EXCEPTION 'The role %% is marked ''%%'', and this tenant''s was expected; its schema was left as it is.', session_user, found
          USING ERRCODE = '%4$s';
      END IF;
    END
    $tenantry$;
    """
        .formatted(
            objects.systemIdentifier(),
            ClusterCatalog.OTHER_SERVER,
            literal(mark),
            ClusterCatalog.OTHER_MARK,
            literal(mark + " "));
  }

  /** The statement that renames a schema of the tenant; must follow {@link #guard}. */
  public static String rename(String schema, String to) {
    return "ALTER SCHEMA %s RENAME TO %s;\n".formatted(quote(schema), quote(to));
  }

  /** Runs {@link #guard} and a script in one transaction. */
  public void run(SqlSession owner, String script) {
    ClusterObjects.refuseMismatch(
        () -> {
          owner.execute(guard() + script);
          return true;
        });
  }

  /**
   * Drops a schema that a restore or an undo has replaced.
   *
   * @throws IdentityMismatch if it is not the tenant's, or not replaced
   */
  public void dropReplaced(SqlSession owner, String schema) {
    if (REPLACED.stream().noneMatch(schema::startsWith)) {
      throw new IdentityMismatch(
          "The schema %s was not replaced by a restore or an undo.".formatted(schema));
    }
    run(owner, "DROP SCHEMA IF EXISTS %s CASCADE;".formatted(quote(schema)));
  }
}
