package io.tenantry.tenant.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What the registered clusters answered to one question.
 *
 * @param results the answers by the clusters' names, in the order of the names
 * @param failures why the other clusters did not answer, by their names
 */
public record ClusterResults<T>(Map<String, T> results, Map<String, RuntimeException> failures) {

  /** The answers of all clusters that gave one. */
  public Collection<T> all() {
    return results.values();
  }

  /** The names of the clusters that did not answer. */
  public List<String> failedClusters() {
    return List.copyOf(failures.keySet());
  }
}
