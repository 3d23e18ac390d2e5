package io.tenantry.tenant.orphan;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.ClusterResults;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.orphan.Orphan.Action;
import io.tenantry.tenant.orphan.Orphan.Kind;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Finds databases, schemas and roles that Tenantry created and that do not belong to a tenant, by
 * their marks.
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>The server is read before the control database: rows are written before the server's
 *       objects are created. In the other order, a tenant created in between would look like an
 *       orphan.
 *   <li>A name in any row is known, whatever the row's cluster: names contain a UUID, and the
 *       cluster in a row may be wrong.
 * </ul>
 */
@Singleton
final class OrphanSearch {

  private static final Logger LOG = Logger.getLogger(OrphanSearch.class);

  /** The purposes of marks on a tenant's database or schema. */
  private static final Set<Purpose> DATA_PURPOSES =
      EnumSet.of(Purpose.POOL, Purpose.PROVISIONING, Purpose.TENANT, Purpose.QUARANTINE);

  private final Clusters clusters;
  private final Database database;

  OrphanSearch(Clusters clusters, Database database) {
    this.clusters = clusters;
    this.database = database;
  }

  /**
   * The result of a search.
   *
   * @param items the orphans
   * @param unchecked clusters that could not be searched
   */
  record Found(List<Orphan> items, List<String> unchecked) {}

  /** All orphans, on every cluster. */
  Found find() {
    ClusterResults<List<Orphan>> answers = clusters.callEach(this::find);
    answers
        .failures()
        .forEach(
            (cluster, failure) ->
                LOG.warnf(
                    "cluster could not be searched for orphans cluster=%s: %s",
                    cluster, DatabaseUnavailable.logged(failure)));
    return new Found(
        answers.all().stream().flatMap(List::stream).toList(), answers.failedClusters());
  }

  /** All orphans on one cluster. */
  List<Orphan> find(Cluster cluster) {
    List<FoundDatabase> databases = cluster.inventory().databases();
    Map<String, Optional<Mark>> roles = cluster.inventory().tenantRoles();
    Set<String> names =
        Stream.concat(
                databases.stream().map(FoundDatabase::name),
                roles.keySet().stream().flatMap(role -> Stream.of(role, withoutSuffix(role))))
            .collect(Collectors.toUnmodifiableSet());
    List<Orphan> found =
        unknown(cluster.name(), cluster.objects().installation(), databases, roles, known(names));
    Set<String> recorded = recorded(found.stream().map(Orphan::name).toList());
    return found.stream()
        .map(
            orphan ->
                new Orphan(
                    orphan.cluster(),
                    orphan.kind(),
                    orphan.name(),
                    recorded.contains(orphan.name()),
                    orphan.purpose(),
                    orphan.tenantId(),
                    orphan.action()))
        .sorted(Comparator.comparing(Orphan::kind).thenComparing(Orphan::name))
        .toList();
  }

  /**
   * What of a cluster no tenant has.
   *
   * @param roles the marks of the roles by their names
   * @param known names that the control database has
   */
  static List<Orphan> unknown(
      String cluster,
      UUID installation,
      List<FoundDatabase> databases,
      Map<String, Optional<Mark>> roles,
      Set<String> known) {
    List<Orphan> found = new ArrayList<>();
    databases.stream()
        .filter(each -> !known.contains(each.name()))
        .forEach(each -> database(cluster, installation, each).ifPresent(found::add));
    DataLocations locations = locations(databases, roles);
    roles.forEach(
        (name, mark) -> {
          if (!known.contains(name)) {
            role(cluster, installation, name, mark, locations).ifPresent(found::add);
          }
        });
    return found;
  }

  private static Optional<Orphan> database(String cluster, UUID installation, FoundDatabase found) {
    Optional<Mark> mark = found.mark();
    if (mark.isEmpty()) {
      Action action = found.isUnfinished() ? Action.REMOVE : Action.KEEP;
      return Optional.of(orphan(cluster, Kind.DATABASE, found.name(), mark, action));
    }
    return switch (mark.get().purpose()) {
      case TEMPLATE, SHARED, LOGIN, OWNER, BUILD -> Optional.empty();
      case FORMER, UNDONE, RESTORE, DRILL, GOLDEN -> Optional.empty();
      case POOL, PROVISIONING, TENANT, QUARANTINE ->
          Optional.of(
              orphan(cluster, Kind.DATABASE, found.name(), mark, action(mark.get(), installation)));
    };
  }

  private static Action action(Mark mark, UUID installation) {
    if (!mark.installation().equals(installation)) {
      return Action.KEEP;
    }
    return switch (mark.purpose()) {
      case POOL, PROVISIONING -> Action.REMOVE;
      case TENANT -> Action.QUARANTINE;
      default -> Action.KEEP;
    };
  }

  /**
   * The databases and schemas that roles may belong to. A renamed database, for example in
   * quarantine, is identified only by its mark.
   *
   * @param names the names of databases, and of schemas by the marks of their owner roles
   * @param tenants the tenants in the marks of databases
   */
  private record DataLocations(Set<String> names, Set<UUID> tenants) {

    boolean contains(String role, Optional<Mark> mark) {
      return names.contains(withoutSuffix(role))
          || mark.flatMap(Mark::tenant).filter(tenants::contains).isPresent();
    }
  }

  private static DataLocations locations(
      List<FoundDatabase> databases, Map<String, Optional<Mark>> roles) {
    Set<String> names =
        Stream.concat(
                databases.stream().map(FoundDatabase::name),
                roles.entrySet().stream()
                    .filter(
                        role ->
                            role.getValue()
                                .filter(mark -> DATA_PURPOSES.contains(mark.purpose()))
                                .isPresent())
                    .map(role -> withoutSuffix(role.getKey())))
            .collect(Collectors.toUnmodifiableSet());
    return new DataLocations(
        names,
        databases.stream()
            .flatMap(each -> each.mark().flatMap(Mark::tenant).stream())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * A role belongs to its database or schema; an owner role with a schema's mark represents the
   * schema.
   */
  private static Optional<Orphan> role(
      String cluster,
      UUID installation,
      String name,
      Optional<Mark> mark,
      DataLocations locations) {
    if (mark.isEmpty()) {
      return locations.names().contains(name)
          ? Optional.empty()
          : Optional.of(orphan(cluster, Kind.ROLE, name, mark, Action.KEEP));
    }
    boolean ours = mark.get().installation().equals(installation);
    return switch (mark.get().purpose()) {
      case POOL, PROVISIONING, TENANT, QUARANTINE ->
          Optional.of(
              orphan(
                  cluster,
                  Kind.SCHEMA,
                  withoutSuffix(name),
                  mark,
                  action(mark.get(), installation)));
      case LOGIN, OWNER ->
          locations.contains(name, mark)
              ? Optional.empty()
              : Optional.of(
                  orphan(cluster, Kind.ROLE, name, mark, ours ? Action.REMOVE : Action.KEEP));
      default -> Optional.empty();
    };
  }

  /** The name of the tenant's role, without the suffix of its second or owner role. */
  static String withoutSuffix(String role) {
    for (String suffix : List.of(ClusterRoles.second(""), ClusterRoles.owner(""))) {
      if (role.endsWith(suffix)) {
        return role.substring(0, role.length() - suffix.length());
      }
    }
    return role;
  }

  private static Orphan orphan(
      String cluster, Kind kind, String name, Optional<Mark> mark, Action action) {
    return new Orphan(
        cluster,
        kind,
        name,
        false,
        mark.map(Mark::purpose).map(Purpose::toString),
        mark.flatMap(Mark::tenant),
        action);
  }

  /**
   * Those of these names that the control database has, with the other names of the same roles. It
   * has the names of all clusters, which are not read.
   */
  private Set<String> known(Set<String> names) {
    Set<String> known = new HashSet<>();
    database
        .run(
            """
            SELECT name, is_role
            FROM unnest($1::text[]) AS name
            CROSS JOIN LATERAL (
              SELECT EXISTS (SELECT FROM control_plane.tenant_databases WHERE role_name = name)
                OR EXISTS (SELECT FROM control_plane.pool_entries WHERE role_name = name) AS is_role
            ) AS roles
            WHERE is_role
              OR EXISTS (SELECT FROM control_plane.tenant_databases WHERE database_name = name)
              OR EXISTS (SELECT FROM control_plane.pool_entries WHERE database_name = name)
            """,
            (Object) names.toArray(String[]::new))
        .forEach(
            row -> {
              String name = row.getString("name");
              known.add(name);
              if (row.getBoolean("is_role")) {
                known.add(ClusterRoles.second(name));
                known.add(ClusterRoles.owner(name));
              }
            });
    return known;
  }

  private Set<String> recorded(List<String> names) {
    return Set.copyOf(
        database.list(
            row -> row.getString(0),
            "SELECT name FROM control_plane.recorded_names WHERE name = ANY ($1)",
            (Object) names.toArray(String[]::new)));
  }
}
