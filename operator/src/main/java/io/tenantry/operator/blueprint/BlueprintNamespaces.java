package io.tenantry.operator.blueprint;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tenantry.operator.runtime.OperatorConfig;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The namespaces whose objects may change the blueprints of the whole installation. */
@Singleton
final class BlueprintNamespaces {

  private final Set<String> names;

  BlueprintNamespaces(KubernetesClient client, OperatorConfig config) {
    this.names =
        config
            .blueprintNamespaces()
            .filter(configured -> !configured.isEmpty())
            .orElseGet(
                () ->
                    Stream.ofNullable(client.getConfiguration().getNamespace())
                        .collect(Collectors.toUnmodifiableSet()));
  }

  Set<String> names() {
    return names;
  }

  boolean contains(String namespace) {
    return names.contains(namespace);
  }
}
