package io.tenantry.kernel.cluster;

import static io.tenantry.kernel.cluster.ClusterObjects.Kind.DATABASE;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlSession;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Swaps a tenant's database with another: both are renamed and marked in one transaction. If the
 * tenant's own database does not exist, the other one only takes its name.
 *
 * @param live the name of the tenant's database
 * @param incoming the database that takes its name
 * @param expected what {@code incoming} must be
 * @param outgoing the new name of the tenant's current database
 * @param outgoingMark its new mark
 * @param rights statements that grant the privileges on {@code live} after the change, and revoke
 *     those on {@code outgoing}
 */
public record DatabaseExchange(
    UUID tenant,
    String live,
    String incoming,
    Expected expected,
    String outgoing,
    Mark outgoingMark,
    List<String> rights) {

  public DatabaseExchange {
    rights = List.copyOf(rights);
  }

  /**
   * Swaps the databases.
   *
   * @param session of the cluster's admin in {@link ClusterCatalog#DATABASE}
   * @throws IdentityMismatch if one of the two is not what is expected; nothing is changed
   */
  public void run(ClusterObjects objects, SqlSession session) {
    objects.locked(
        session,
        DATABASE,
        live,
        () ->
            objects.locked(
                session,
                DATABASE,
                incoming,
                () -> {
                  exchange(objects, session);
                  return true;
                }));
  }

  /**
   * Checks that both databases are what the exchange expects. Call it before changing either of
   * them; {@link #run} checks again.
   *
   * @return whether there is a database to replace
   * @throws IdentityMismatch if one of them is not what is expected
   */
  public boolean require(ClusterObjects objects, SqlSession session) {
    boolean replaces = FoundDatabase.find(session, live).isPresent();
    if (replaces) {
      objects.require(session, DATABASE, live, Expected.of(tenant, Purpose.TENANT));
    }
    objects.require(session, DATABASE, incoming, expected);
    return replaces;
  }

  private void exchange(ClusterObjects objects, SqlSession session) {
    boolean replaces = require(objects, session);
    requireFree(session, outgoing);
    List<String> statements = new ArrayList<>();
    if (replaces) {
      statements.addAll(handOver(objects, live, outgoing, ClusterRoles.SCRATCH, outgoingMark));
    }
    statements.addAll(
        handOver(
            objects,
            incoming,
            live,
            ClusterRoles.OWNER,
            Mark.of(objects.installation(), Purpose.TENANT, tenant)));
    statements.addAll(rights);
    // One message of the simple protocol, and so one transaction.
    session.execute(String.join(";\n", statements));
  }

  private static void requireFree(Sql session, String name) {
    if (FoundDatabase.find(session, name).isPresent()) {
      throw new IdentityMismatch("There is a database %s already.".formatted(name));
    }
  }

  private static List<String> handOver(
      ClusterObjects objects, String from, String to, String owner, Mark mark) {
    return List.of(
        "ALTER DATABASE %s RENAME TO %s".formatted(quote(from), quote(to)),
        "ALTER DATABASE %s OWNER TO %s".formatted(quote(to), owner),
        objects.marking(DATABASE, to, mark));
  }
}
