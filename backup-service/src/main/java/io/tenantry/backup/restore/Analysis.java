package io.tenantry.backup.restore;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.postgres.Clusters;
import io.tenantry.backup.postgres.RowCounts;
import io.tenantry.backup.postgres.Session;
import io.tenantry.backup.postgres.TenantData;
import io.tenantry.backup.postgres.TenantSearchPath;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Runs ANALYZE after a restore, because a dump has no statistics for the planner. */
@Singleton
final class Analysis {

  private static final Logger LOG = Logger.getLogger(Analysis.class);

  private final Clusters clusters;

  Analysis(Clusters clusters) {
    this.clusters = clusters;
  }

  /** Returns sentences about differences from the backup. */
  List<String> run(ClusterAccess access, TenantLocation target, Manifest manifest) {
    List<String> notes = new ArrayList<>();
    try (Session session = clusters.owner(access, TenantData.of(target))) {
      RowCounts.emptyViews(session, target.schema()).stream()
          .map("The materialized view %s is empty: its owner could not populate it."::formatted)
          .forEach(notes::add);
      // PostgreSQL warns of each table of another role, such as its own catalogs.
      session.execute("SET client_min_messages = error");
      // ANALYZE evaluates expressions of indexes and statistics.
      TenantSearchPath.of(manifest, target).set(session);
      if (target.schema().isEmpty()) {
        session.execute("ANALYZE");
      } else {
        for (Manifest.Table table : manifest.tables()) {
          session.execute("ANALYZE %s.%s".formatted(target.quotedSchema(), quote(table.name())));
        }
      }
    } catch (RuntimeException e) {
      LOG.warnf(
          e, "ANALYZE failed; autovacuum analyzes the tables later tenant=%s", target.tenantId());
    }
    return List.copyOf(notes);
  }
}
