package io.tenantry.tenant.cluster;

import io.tenantry.tenant.blueprint.Blueprint;
import java.util.Map;

/** Computes the checksums that Flyway records for a blueprint's migrations. */
public final class MigrationChecksums {

  private MigrationChecksums() {}

  /** The checksums of a blueprint's versioned migrations, by version. */
  public static Map<String, Integer> of(Blueprint blueprint, Cluster cluster) {
    return SchemaScript.of(blueprint, cluster.connections().jdbcToCatalog()).checksums();
  }
}
