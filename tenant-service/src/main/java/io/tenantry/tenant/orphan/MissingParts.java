package io.tenantry.tenant.orphan;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.ClusterResults;
import io.tenantry.tenant.cluster.Clusters;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Finds tenants whose database, schema or role is missing on their cluster, the opposite of {@link
 * Reaper}. It only reports them: a restore recreates missing data.
 *
 * <p>Easy to get wrong: a tenant may be deleted during the search, after its row was read. So a
 * part counts as missing only if its row still exists after the server was read.
 */
@Singleton
class MissingParts {

  private static final Logger LOG = Logger.getLogger(MissingParts.class);
  private static final int PAGE = 500;
  private static final UUID BEFORE_ALL = new UUID(0, 0);

  private static final String SELECT =
      """
      SELECT tenant_id, database_name, schema_name, role_name, coalesce(login_role, role_name) AS login_role
      FROM control_plane.tenant_databases
      JOIN control_plane.tenants USING (tenant_id)
      WHERE status IN ('active', 'suspended')
        AND tenant_databases.cluster = $1
      """;

  private final Clusters clusters;
  private final Database database;
  private volatile double last = Double.NaN;

  MissingParts(Clusters clusters, Database database, MeterRegistry meters) {
    this.clusters = clusters;
    this.database = database;
    Gauge.builder("tenantry.missing.databases", () -> last)
        .description("Tenants whose database, schema or role is missing on their cluster")
        .register(meters);
  }

  /**
   * The result of a search.
   *
   * @param items the missing parts
   * @param unchecked clusters that could not be checked
   */
  record Found(List<MissingPart> items, List<String> unchecked) {}

  @Scheduled(
      every = "${tenantry.reaper.interval}",
      delayed = "20s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void searchRegularly() {
    try {
      for (MissingPart part : search().items()) {
        LOG.errorf(
            "tenant data is missing on its cluster tenant=%s %s=%s cluster=%s",
            part.tenantId(), part.kind(), part.name(), part.cluster());
      }
    } catch (RuntimeException e) {
      LOG.warnf(e, "search for missing databases failed; retrying at the next interval");
    }
  }

  /** Searches every cluster. */
  Found search() {
    ClusterResults<List<MissingPart>> answers = clusters.callEach(this::searchOn);
    answers
        .failures()
        .forEach(
            (cluster, failure) ->
                LOG.warnf(
                    "cluster could not be checked for missing databases cluster=%s: %s",
                    cluster, DatabaseUnavailable.logged(failure)));
    List<MissingPart> missing = answers.all().stream().flatMap(List::stream).toList();
    last = missing.stream().map(MissingPart::tenantId).distinct().count();
    return new Found(missing, answers.failedClusters());
  }

  private List<MissingPart> searchOn(Cluster cluster) {
    List<MissingPart> missing = new ArrayList<>();
    UUID after = BEFORE_ALL;
    List<Location> page;
    do {
      page =
          database.list(
              Location::of,
              SELECT + "AND tenant_id > $2 ORDER BY tenant_id LIMIT $3",
              cluster.name(),
              after,
              PAGE);
      missing.addAll(findMissing(page, cluster));
      after = page.isEmpty() ? after : page.getLast().tenantId();
    } while (page.size() == PAGE);
    return missing;
  }

  private List<MissingPart> findMissing(List<Location> locations, Cluster cluster) {
    Set<String> databases =
        cluster.inventory().existingDatabases(locations.stream().map(Location::database).toList());
    Set<String> schemas =
        cluster
            .inventory()
            .existingSchemas(
                locations.stream().map(Location::schema).flatMap(Optional::stream).toList());
    Set<String> roles =
        cluster
            .inventory()
            .existingRoles(
                locations.stream().map(Location::roles).flatMap(Collection::stream).toList());
    List<Location> suspects =
        locations.stream()
            .filter(
                each ->
                    !databases.contains(each.database())
                        || !each.schema().stream().allMatch(schemas::contains)
                        || !roles.containsAll(each.roles()))
            .toList();
    if (suspects.isEmpty()) {
      return List.of();
    }
    UUID[] ids = suspects.stream().map(Location::tenantId).toArray(UUID[]::new);
    List<Location> still =
        database.list(Location::of, SELECT + "AND tenant_id = ANY ($2)", cluster.name(), ids);
    return suspects.stream()
        .filter(still::contains)
        .flatMap(each -> parts(each, cluster.name(), databases, schemas, roles))
        .toList();
  }

  private static Stream<MissingPart> parts(
      Location tenant,
      String cluster,
      Set<String> databases,
      Set<String> schemas,
      Set<String> roles) {
    Stream<MissingPart> database =
        Stream.of(tenant.database())
            .filter(name -> !databases.contains(name))
            .map(name -> new MissingPart(tenant.tenantId(), cluster, Orphan.Kind.DATABASE, name));
    Stream<MissingPart> schema =
        tenant.schema().stream()
            .filter(name -> !schemas.contains(name))
            .map(name -> new MissingPart(tenant.tenantId(), cluster, Orphan.Kind.SCHEMA, name));
    Stream<MissingPart> role =
        tenant.roles().stream()
            .filter(name -> !roles.contains(name))
            .map(name -> new MissingPart(tenant.tenantId(), cluster, Orphan.Kind.ROLE, name));
    return Stream.of(database, schema, role).flatMap(parts -> parts);
  }

  /** The location of a tenant's data in the registry, and the tenant's login roles. */
  private record Location(
      UUID tenantId, String database, Optional<String> schema, List<String> roles) {

    static Location of(Row row) {
      return new Location(
          row.getUUID("tenant_id"),
          row.getString("database_name"),
          Optional.ofNullable(row.getString("schema_name")),
          Stream.of(row.getString("role_name"), row.getString("login_role"))
              .filter(Objects::nonNull)
              .distinct()
              .toList());
    }
  }
}
