package io.tenantry.tenant.cluster;

import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterObjects.FoundDatabase;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.Database;
import io.tenantry.tenant.blueprint.Blueprint;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * The golden template databases, one per blueprint version and cluster: made here, migrated by
 * Flyway, then closed to connections, for a session open on a template holds up every clone.
 */
@Singleton
public final class GoldenTemplates {

  private static final Logger LOG = Logger.getLogger(GoldenTemplates.class);

  private final Database controlDatabase;
  private final SecureRandom random;
  private final Map<String, String> known = new ConcurrentHashMap<>();

  GoldenTemplates(Database controlDatabase, SecureRandom random) {
    this.controlDatabase = controlDatabase;
    this.random = random;
  }

  /**
   * Makes the blueprint's template on the cluster unless it is there.
   *
   * @return the template's database name
   */
  public String ensure(Blueprint blueprint, Cluster cluster) {
    return known.computeIfAbsent(
        key(blueprint, cluster),
        key -> {
          buildAlone(blueprint, cluster, key);
          return blueprint.templateName();
        });
  }

  /** Forgets that a template is there, after a clone found it missing. */
  public void forget(Blueprint blueprint, Cluster cluster) {
    known.remove(key(blueprint, cluster));
  }

  /** Drops all golden templates of a cluster that takes no tenants any more. */
  void dropAll(Cluster cluster) {
    for (FoundDatabase found : cluster.databases()) {
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

  /** One replica builds, the others wait: the lock lives in the control database they share. */
  private void buildAlone(Blueprint blueprint, Cluster cluster, String key) {
    String template = blueprint.templateName();
    controlDatabase.transact(
        sql -> {
          sql.run("SELECT pg_advisory_xact_lock(hashtext($1))", key);
          if (!isReady(cluster, template)) {
            build(blueprint, cluster, template);
          }
        });
  }

  /** Closed and marked as a template: the last thing that building does. */
  private static boolean isReady(Cluster cluster, String template) {
    return ClusterObjects.database(cluster.admin(), template)
        .filter(found -> found.template() && !found.admitsConnections())
        .flatMap(FoundDatabase::mark)
        .filter(mark -> mark.purpose() == Purpose.TEMPLATE)
        .isPresent();
  }

  private void build(Blueprint blueprint, Cluster cluster, String template) {
    long started = System.nanoTime();
    Extensions.require(blueprint, cluster);
    cluster.markOlderTemplate(template);
    // What a crash left half-made is cheaper to make again than to trust.
    try (BlueprintDatabase database =
        BlueprintDatabase.create(cluster, template, blueprint.locale(), random)) {
      fill(blueprint, database.asBuilder());
      database.becomeTemplate();
    }
    LOG.infof(
        "template=%s cluster=%s built_ms=%d",
        template, cluster.name(), (System.nanoTime() - started) / 1_000_000);
  }

  private static void fill(Blueprint blueprint, DataSource database) {
    try {
      TemplateContent content = new TemplateContent(blueprint, database);
      content.prepare();
      content.migrate();
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the golden template of blueprint " + blueprint.name() + " could not be filled", e);
    }
  }
}
