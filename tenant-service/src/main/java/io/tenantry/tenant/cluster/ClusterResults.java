package io.tenantry.tenant.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The results of a call to every registered cluster.
 *
 * @param results the successful results by cluster name, ordered by name
 * @param failures the exceptions of the other clusters, by cluster name
 */
public record ClusterResults<T>(Map<String, T> results, Map<String, RuntimeException> failures) {

  /** All successful results. */
  public Collection<T> all() {
    return results.values();
  }

  /** The names of the clusters whose call failed. */
  public List<String> failedClusters() {
    return List.copyOf(failures.keySet());
  }
}
