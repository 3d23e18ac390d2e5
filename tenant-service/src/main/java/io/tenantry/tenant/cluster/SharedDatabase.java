package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.cluster.ClusterRoles.DUMP;
import static io.tenantry.kernel.cluster.ClusterRoles.EXTENSIONS;
import static io.tenantry.kernel.cluster.ClusterRoles.OWNER;
import static io.tenantry.kernel.cluster.ClusterRoles.SCHEMA_CREATORS;
import static io.tenantry.kernel.cluster.ClusterRoles.SHARED_APP;
import static io.tenantry.tenant.cluster.Cluster.SHARED;

import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.OwnerSession;
import java.util.Optional;

/** Creates the database that tenants with schema isolation share. */
final class SharedDatabase {

  private static final String LOCALE = "C.UTF-8";

  private SharedDatabase() {}

  /** Creates the database unless it exists; the caller holds a lock across replicas. */
  static void ensure(Cluster cluster) {
    Optional<FoundDatabase> found = FoundDatabase.find(cluster.admin(), SHARED);
    if (found.flatMap(FoundDatabase::mark).isPresent()) {
      return;
    }
    if (found.isEmpty()) {
      cluster.createEmpty(SHARED, LOCALE);
    }
    // Also completes an unfinished database after a crash, or one without a mark.
    prepare(cluster);
    Mark mark = Mark.withoutTenant(cluster.objects().installation(), Purpose.SHARED);
    cluster
        .admin()
        .execute(
            """
            REVOKE ALL ON DATABASE %1$s FROM PUBLIC;
            GRANT CONNECT, TEMPORARY ON DATABASE %1$s TO %2$s;
            GRANT CONNECT ON DATABASE %1$s TO %3$s;
            GRANT CONNECT, CREATE ON DATABASE %1$s TO %4$s;
            GRANT CREATE ON DATABASE %1$s TO %5$s;
            ALTER DATABASE %1$s OWNER TO %6$s;
            %7$s;
            ALTER DATABASE %1$s ALLOW_CONNECTIONS true;
            """
                .formatted(
                    SHARED,
                    SHARED_APP,
                    DUMP,
                    EXTENSIONS,
                    SCHEMA_CREATORS,
                    OWNER,
                    cluster.objects().marking(Kind.DATABASE, SHARED, mark)));
  }

  /**
   * Gives the schema with the extensions to the extensions' role. Tenants cannot create objects in
   * it, and these statements run no code of tenants.
   */
  private static void prepare(Cluster cluster) {
    cluster
        .admin()
        .execute(
            """
            REVOKE ALL ON DATABASE %1$s FROM PUBLIC;
            GRANT CREATE ON DATABASE %1$s TO %2$s;
            GRANT %2$s TO CURRENT_USER;
            ALTER DATABASE %1$s ALLOW_CONNECTIONS true;
            """
                .formatted(SHARED, EXTENSIONS));
    try (OwnerSession fresh = cluster.connections().asAdminIn(SHARED)) {
      fresh.execute(
          """
          ALTER SCHEMA public OWNER TO %1$s;
          REVOKE ALL ON SCHEMA public FROM PUBLIC;
          GRANT USAGE ON SCHEMA public TO %2$s;
          """
              .formatted(EXTENSIONS, SHARED_APP));
    }
    cluster.admin().execute("REVOKE %s FROM CURRENT_USER".formatted(EXTENSIONS));
  }
}
