package io.tenantry.backup.restore;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.postgres.Clusters;
import io.tenantry.backup.postgres.RowCounts;
import io.tenantry.backup.postgres.Session;
import io.tenantry.backup.postgres.TenantData;
import io.tenantry.backup.postgres.TenantPath;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Analyzes what was restored: a dump has no statistics, and without them the planner guesses. */
@Singleton
final class Analysis {

  private static final Logger LOG = Logger.getLogger(Analysis.class);

  private final Clusters clusters;

  Analysis(Clusters clusters) {
    this.clusters = clusters;
  }

  /** Returns what is otherwise than in the backup, in sentences. */
  List<String> run(ClusterAccess access, TenantLocation target, Manifest manifest) {
    List<String> notes = new ArrayList<>();
    try (Session session = clusters.owner(access, TenantData.of(target))) {
      RowCounts.emptyViews(session, target.schema()).stream()
          .map("The materialized view %s is empty: its owner could not fill it."::formatted)
          .forEach(notes::add);
      // PostgreSQL warns of each table that is another role's, such as its own catalogs.
      session.execute("SET client_min_messages = error");
      // Expressions of indexes and statistics are computed.
      TenantPath.of(manifest, target).set(session);
      if (target.schema().isEmpty()) {
        session.execute("ANALYZE");
      } else {
        for (Manifest.Table table : manifest.tables()) {
          session.execute("ANALYZE %s.%s".formatted(target.quotedSchema(), quote(table.name())));
        }
      }
    } catch (RuntimeException e) {
      LOG.warnf(e, "tenant=%s autovacuum has to analyze it", target.tenantId());
    }
    return List.copyOf(notes);
  }
}
