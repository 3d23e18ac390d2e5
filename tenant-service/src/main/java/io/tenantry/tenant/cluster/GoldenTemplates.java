package io.tenantry.tenant.cluster;

import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.ReplicaLocks;
import io.tenantry.kernel.db.ReplicaLocks.Lock;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Blueprints;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Builds the golden template databases, one per blueprint version and cluster. Flyway migrates a
 * template; then it is closed to connections, because an open session would block every clone.
 *
 * <p>A version with data that depends on the time or on random values ({@link OwnDataFinder}) has
 * two: the complete template, which tenants are compared with, and a base template without that
 * data, which is cloned. Flyway then completes each clone.
 */
@Singleton
public final class GoldenTemplates {

  private static final Logger LOG = Logger.getLogger(GoldenTemplates.class);

  /** Suffixes of the names of base templates, and of databases for comparisons. */
  private static final String BASE = "_base";

  private static final String TRIAL = "_trial";

  private final ReplicaLocks locks;
  private final ClusterStore clusters;
  private final Blueprints blueprints;
  private final SecureRandom random;
  private final Clock clock;
  private final Map<String, Template> known = new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> building = new ConcurrentHashMap<>();

  GoldenTemplates(
      ReplicaLocks locks,
      ClusterStore clusters,
      Blueprints blueprints,
      SecureRandom random,
      Clock clock) {
    this.locks = locks;
    this.clusters = clusters;
    this.blueprints = blueprints;
    this.random = random;
    this.clock = clock;
  }

  /**
   * The template that a tenant's database is cloned from.
   *
   * @param complete whether the template contains all migrations
   */
  private record Template(String database, boolean complete) {}

  /**
   * Builds the blueprint's template on the cluster unless it exists.
   *
   * @return the name of the database to clone; {@link #complete} must complete the clone
   */
  public String ensure(Blueprint blueprint, Cluster cluster) {
    return template(blueprint, cluster).database();
  }

  /** Runs the migrations that the template lacks in a clone, as the tenant's owner role. */
  public void complete(Blueprint blueprint, Cluster cluster, String database, String role) {
    if (!template(blueprint, cluster).complete()) {
      try {
        new TemplateContent(blueprint, cluster.connections().jdbcAsOwner(database, role)).migrate();
      } catch (SQLException e) {
        throw new IllegalStateException(
            "the clone %s could not be completed".formatted(database), e);
      }
    }
  }

  private Template template(Blueprint blueprint, Cluster cluster) {
    String key = key(blueprint, cluster);
    Template found = known.get(key);
    if (found != null) {
      return found;
    }
    // One thread builds per key, and templates of other keys are not blocked.
    ReentrantLock mine = building.computeIfAbsent(key, unbuilt -> new ReentrantLock());
    mine.lock();
    try {
      Template template = known.get(key);
      if (template == null) {
        template = buildAlone(blueprint, cluster, key);
        known.put(key, template);
      }
      return template;
    } finally {
      mine.unlock();
    }
  }

  /** Clears the cache after a clone found the template missing. */
  public void forget(Blueprint blueprint, Cluster cluster) {
    known.remove(key(blueprint, cluster));
  }

  /** Drops all golden templates of a draining cluster. */
  void dropAll(Cluster cluster) {
    for (FoundDatabase found : cluster.inventory().databases()) {
      if (found.mark().filter(mark -> isTemplate(mark, cluster)).isPresent()) {
        cluster.dropDatabase(found.name(), Expected.withoutTenant(Purpose.TEMPLATE));
      }
    }
    known.keySet().removeIf(key -> key.startsWith(cluster.name() + "/"));
  }

  private static boolean isTemplate(Mark mark, Cluster cluster) {
    return mark.installation().equals(cluster.objects().installation())
        && mark.purpose() == Purpose.TEMPLATE;
  }

  private static String key(Blueprint blueprint, Cluster cluster) {
    return cluster.name() + "/" + blueprint.templateName();
  }

  /** One replica builds; the other replicas and the deletion of the cluster wait. */
  private Template buildAlone(Blueprint blueprint, Cluster cluster, String key) {
    String template = blueprint.templateName();
    return locks.holding(
        List.of(Lock.exclusive(key), Lock.shared(ClusterRemoval.lock(cluster.name()))),
        () -> {
          if (clusters.find(cluster.name()).isEmpty()) {
            throw new IllegalStateException("the cluster was deleted in the meantime");
          }
          Optional<Map<String, String>> data = buildUnlessReady(blueprint, cluster, template);
          Optional<String> first =
              switch (blueprint.isolation()) {
                case DATABASE -> firstOwn(blueprint, cluster, data);
                // The migrations run in each tenant's schema, so nothing is cloned.
                case SCHEMA -> Optional.empty();
              };
          if (first.isEmpty()) {
            return new Template(template, true);
          }
          List<String> scripts = SchemaScript.scripts(blueprint, cluster);
          String base = template + BASE;
          Optional<Map<String, String>> unused =
              buildUnlessReady(
                  blueprint.only(scripts.subList(0, scripts.indexOf(first.get()))), cluster, base);
          return new Template(base, false);
        });
  }

  /**
   * Searched once per version, on the first cluster that builds the template.
   *
   * @param data the data in the template, if it was just built
   */
  private Optional<String> firstOwn(
      Blueprint blueprint, Cluster cluster, Optional<Map<String, String>> data) {
    return blueprints.ownDataFrom(blueprint).orElseGet(() -> search(blueprint, cluster, data));
  }

  private Optional<String> search(
      Blueprint blueprint, Cluster cluster, Optional<Map<String, String>> data) {
    OwnDataFinder ownData =
        new OwnDataFinder(cluster, blueprint.templateName() + TRIAL, random, clock);
    Optional<String> first =
        ownData.first(blueprint, data.orElseGet(() -> ownData.data(blueprint)));
    LOG.infof(
        "search for own data completed blueprint=%s version=%s own_data_from=%s",
        blueprint.name(), blueprint.version(), first.orElse("-"));
    blueprints.recordOwnDataFrom(blueprint, first);
    // Another cluster's search may have completed first.
    return blueprints.ownDataFrom(blueprint).orElse(first);
  }

  /** Returns the data of the template if it was built now. */
  private Optional<Map<String, String>> buildUnlessReady(
      Blueprint blueprint, Cluster cluster, String template) {
    return isReady(cluster, template)
        ? Optional.empty()
        : Optional.of(build(blueprint, cluster, template));
  }

  private static boolean isReady(Cluster cluster, String template) {
    return FoundDatabase.find(cluster.admin(), template)
        .filter(FoundDatabase::isGoldenTemplate)
        .flatMap(FoundDatabase::mark)
        .filter(mark -> mark.purpose() == Purpose.TEMPLATE)
        .isPresent();
  }

  private Map<String, String> build(Blueprint blueprint, Cluster cluster, String template) {
    long started = System.nanoTime();
    Extensions.require(blueprint, cluster);
    cluster.markOlderTemplate(template);
    // An unfinished template that a crash left behind is built again.
    try (BlueprintDatabase database =
        BlueprintDatabase.create(cluster, template, blueprint.locale(), random)) {
      Map<String, String> data = fill(blueprint, database.asBuilder());
      database.convertToTemplate();
      LOG.infof(
          "golden template built template=%s cluster=%s ms=%d",
          template, cluster.name(), (System.nanoTime() - started) / 1_000_000);
      return data;
    }
  }

  /** Returns the data that the migrations created. */
  private static Map<String, String> fill(Blueprint blueprint, DataSource database) {
    try {
      TemplateContent content = new TemplateContent(blueprint, database);
      content.prepare();
      content.migrate();
      return DataHashes.of(database);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the golden template of blueprint " + blueprint.name() + " could not be migrated", e);
    }
  }
}
