package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.cluster.ClusterRoles.SCHEMA_CREATORS;
import static io.tenantry.kernel.cluster.ClusterRoles.SHARED_APP;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.MarkChanges;
import io.tenantry.kernel.cluster.ObjectRemoval;
import io.tenantry.kernel.db.Database;
import java.util.Set;
import java.util.UUID;

/** Creates, drops and quarantines tenants' schemas in the shared database of one cluster. */
public final class TenantSchemas {

  private final ClusterConnections connections;
  private final ClusterSetup setup;
  private final TenantRoles roles;
  private final ClusterLogins logins;

  TenantSchemas(
      ClusterConnections connections, ClusterSetup setup, TenantRoles roles, ClusterLogins logins) {
    this.connections = connections;
    this.setup = setup;
    this.roles = roles;
    this.logins = logins;
  }

  /**
   * Creates a tenant's roles, and its schema in the shared database, which the owner role fills.
   *
   * @param purpose {@code PROVISIONING} or {@code POOL}
   * @param fill fills the schema in one transaction
   */
  void create(
      UUID tenant,
      Credentials credentials,
      int connectionLimit,
      Purpose purpose,
      SchemaScript fill) {
    String schema = credentials.role();
    String owner = ClusterRoles.owner(schema);
    admin()
        .execute(
            roles.create(tenant, credentials, connectionLimit, SHARED_APP)
                + "ALTER ROLE %s IN DATABASE %s SET search_path = %s;\n"
                    .formatted(quote(schema), Cluster.SHARED, SchemaScript.searchPath(schema))
                + roles.createOwner(
                    tenant, schema, TenantRoles.OWNER_CONNECTIONS, purpose, SCHEMA_CREATORS));
    connections.fill(
        Cluster.SHARED,
        owner,
        inside -> {
          SchemaScript.create(inside, schema);
          inside.commit();
          connections.admin().execute("REVOKE %s FROM %s".formatted(SCHEMA_CREATORS, quote(owner)));
          fill.fill(inside, schema, schema);
        });
  }

  /**
   * Blocks a tenant's logins, terminates its sessions, and drops its schema and everything else in
   * the shared database that its roles own. A missing schema is not an error.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if the schema does not belong to the tenant
   */
  public boolean drop(String role, Expected expected) {
    setup.prepareToDrop();
    return connections
        .drops()
        .inSession(
            session ->
                new ObjectRemoval(setup.objects())
                    .dropSchema(
                        session,
                        role,
                        expected,
                        () -> {
                          // Only now the schema is known to belong to the tenant.
                          logins.block(
                              expected.tenant().orElseThrow(),
                              Set.of(role, ClusterRoles.second(role)));
                          return connections.asRole(Cluster.SHARED, ClusterRoles.owner(role));
                        }));
  }

  /** Quarantines a tenant's schema: it is kept, and the tenant's logins are blocked. */
  public void quarantine(UUID tenant, String role) {
    UUID installation = setup.objects().installation();
    new MarkChanges(setup.objects())
        .change(
            admin(),
            Kind.ROLE,
            ClusterRoles.owner(role),
            Mark.of(installation, Purpose.TENANT, tenant),
            Mark.of(installation, Purpose.QUARANTINE, tenant));
    logins.block(tenant, Set.of(role, ClusterRoles.second(role)));
  }

  private Database admin() {
    setup.prepare();
    return connections.admin();
  }
}
