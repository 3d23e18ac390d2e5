package io.tenantry.backup.migration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.backup.postgres.Clusters;
import io.tenantry.backup.postgres.Session;
import io.tenantry.backup.postgres.TenantData;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Compares a tenant with the golden template of its version. */
@Singleton
final class Drift {

  private final TenantLookup lookup;
  private final BlueprintVersions versions;
  private final GoldenTemplates templates;
  private final Clusters clusters;
  private final Database database;
  private final ObjectMapper mapper;
  private final Clock clock;

  Drift(
      TenantLookup lookup,
      BlueprintVersions versions,
      GoldenTemplates templates,
      Clusters clusters,
      Database database,
      ObjectMapper mapper,
      Clock clock) {
    this.lookup = lookup;
    this.versions = versions;
    this.templates = templates;
    this.clusters = clusters;
    this.database = database;
    this.mapper = mapper;
    this.clock = clock;
  }

  /**
   * Compares a tenant with its golden template and stores the report.
   *
   * @throws io.tenantry.kernel.error.TenantryException {@code TENANT_NOT_FOUND}, {@code
   *     BLUEPRINT_NOT_FOUND}, {@code GOLDEN_TEMPLATE_MISSING} or {@code DATABASE_UNAVAILABLE}
   */
  DriftReport check(UUID tenantId) {
    TenantEntry tenant = lookup.getUncached(tenantId);
    TenantLocation location = tenant.data();
    ClusterAccess access = lookup.clusterAccess(location.cluster());
    GoldenTemplate golden =
        templates.get(versions.get(tenant.blueprint(), tenant.blueprintVersion()), access);
    try (Session session = clusters.owner(access, TenantData.of(location))) {
      String schema = location.schema().orElse("public");
      Catalog catalog =
          CatalogReader.read(
              session,
              schema,
              location.schema().isEmpty(),
              Optional.of(location.role()),
              location.database());
      DriftReport report =
          report(tenant, golden, catalog, History.read(session, schema), clock.instant());
      store(report);
      return report;
    }
  }

  private static DriftReport report(
      TenantEntry tenant,
      GoldenTemplate golden,
      Catalog actual,
      List<HistoryRow> history,
      Instant now) {
    List<DriftReport.Difference> differences =
        golden
            .catalog()
            .with(migrations(golden.history()))
            .differences(actual.with(migrations(history)));
    return new DriftReport(
        tenant.tenantId(),
        tenant.blueprint(),
        tenant.blueprintVersion(),
        !differences.isEmpty(),
        actual.fingerprint(),
        golden.catalog().fingerprint(),
        differences,
        now);
  }

  /** The history as objects of a catalog: what Flyway would validate. */
  private static NavigableMap<String, String> migrations(List<HistoryRow> history) {
    NavigableMap<String, String> migrations = new TreeMap<>();
    History.of(history)
        .rows()
        .values()
        .forEach(
            row ->
                migrations.put(
                    "migration " + row.script(),
                    "%s checksum %s%s"
                        .formatted(
                            row.description(),
                            row.checksum().map(Object::toString).orElse("none"),
                            row.success() ? "" : ", failed")));
    return migrations;
  }

  private void store(DriftReport report) {
    database.run(
        """
        INSERT INTO drift_reports (tenant_id, version, drifted, report, checked_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id) DO UPDATE
        SET version = excluded.version, drifted = excluded.drifted, report = excluded.report, checked_at = excluded.checked_at
        """,
        report.tenantId(),
        report.version(),
        report.drifted(),
        write(report),
        report.checkedAt());
  }

  private String write(DriftReport report) {
    try {
      return mapper.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
