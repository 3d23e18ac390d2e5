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
 * The golden template databases, one per blueprint version and cluster: made here, migrated by
 * Flyway, then closed to connections, for a session open on a template holds up every clone.
 *
 * <p>Of a version with data that depends on the moment or on chance ({@link OwnDataFinder}) there
 * are two: the one that shows what a tenant must be like, and one without that data, which is
 * cloned. Its tenants get the rest by Flyway.
 */
@Singleton
public final class GoldenTemplates {

  private static final Logger LOG = Logger.getLogger(GoldenTemplates.class);

  /** What follows a template's name in that of the one that is cloned, and of databases to try. */
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
   * What a tenant's database is cloned from.
   *
   * @param complete whether the clone is all that the blueprint makes
   */
  private record Template(String database, boolean complete) {}

  /**
   * Makes the blueprint's template on the cluster unless it is there.
   *
   * @return the name of the database to clone, which is to be completed by {@link #complete}
   */
  public String ensure(Blueprint blueprint, Cluster cluster) {
    return template(blueprint, cluster).database();
  }

  /** Runs in a clone what its template leaves out, as the tenant's owner role. */
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
    // One thread builds, and nobody waits for a template of another key.
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

  /** Forgets that a template is there, after a clone found it missing. */
  public void forget(Blueprint blueprint, Cluster cluster) {
    known.remove(key(blueprint, cluster));
  }

  /** Drops all golden templates of a cluster that takes no tenants any more. */
  void dropAll(Cluster cluster) {
    for (FoundDatabase found : cluster.inventory().databases()) {
      if (found.mark().filter(mark -> isTemplate(mark, cluster)).isPresent()) {
        cluster.dropDatabase(found.name(), Expected.noTenants(Purpose.TEMPLATE));
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

  /** One replica builds, the others wait, and so does the cluster's deletion. */
  private Template buildAlone(Blueprint blueprint, Cluster cluster, String key) {
    String template = blueprint.templateName();
    return locks.holding(
        List.of(Lock.exclusive(key), Lock.shared(ClusterRemoval.lock(cluster.name()))),
        () -> {
          if (clusters.find(cluster.name()).isEmpty()) {
            throw new IllegalStateException("the cluster was deleted meanwhile");
          }
          Optional<Map<String, String>> data = buildUnlessReady(blueprint, cluster, template);
          Optional<String> first =
              switch (blueprint.isolation()) {
                case DATABASE -> firstOwn(blueprint, cluster, data);
                // Each tenant's schema is filled by the migrations themselves.
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
   * Looked for once for each version, on the first cluster that asks.
   *
   * @param data what the migrations made in the template, if it was just built
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
        "blueprint=%s version=%s own_data_from=%s",
        blueprint.name(), blueprint.version(), first.orElse("-"));
    blueprints.recordOwnDataFrom(blueprint, first);
    // Another cluster's search may have come first.
    return blueprints.ownDataFrom(blueprint).orElse(first);
  }

  /** Returns the data of a template that it has built. */
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
    // What a crash left half-made is cheaper to make again than to trust.
    try (BlueprintDatabase database =
        BlueprintDatabase.create(cluster, template, blueprint.locale(), random)) {
      Map<String, String> data = fill(blueprint, database.asBuilder());
      database.convertToTemplate();
      LOG.infof(
          "template=%s cluster=%s built_ms=%d",
          template, cluster.name(), (System.nanoTime() - started) / 1_000_000);
      return data;
    }
  }

  /** Returns the data that the migrations made. */
  private static Map<String, String> fill(Blueprint blueprint, DataSource database) {
    try {
      TemplateContent content = new TemplateContent(blueprint, database);
      content.prepare();
      content.migrate();
      return DataHashes.of(database);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the golden template of blueprint " + blueprint.name() + " could not be filled", e);
    }
  }
}
