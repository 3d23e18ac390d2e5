package io.tenantry.operator.tenant;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tenantry.operator.runtime.OperatorConfig;
import io.tenantry.operator.v1alpha1.TenantSpec.Environment;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a namespace may do, by labels that its users cannot change: which environments it may use,
 * and whether it may adopt tenants that it did not create.
 */
@Singleton
final class NamespaceRules {

  /** The permitted environments, separated by dots, since labels cannot contain commas. */
  static final String ENVIRONMENTS = "tenantry.io/environments";

  /** {@code allowed} in a namespace that may adopt tenants. */
  static final String ADOPTION = "tenantry.io/adoption";

  private static final String ALLOWED = "allowed";

  private final KubernetesClient client;
  private final OperatorConfig.Namespaces config;

  NamespaceRules(KubernetesClient client, OperatorConfig config) {
    this.client = client;
    this.config = config.namespaces();
  }

  /** Refuses a tenant in a namespace that may not have it. */
  void check(String namespace, Environment environment, boolean adopts) {
    Namespace object = client.namespaces().withName(namespace).get();
    if (object != null && object.isMarkedForDeletion()) {
      throw new Refused("NamespaceTerminating", "The namespace is being deleted.");
    }
    Map<String, String> labels =
        Optional.ofNullable(object)
            .map(found -> found.getMetadata().getLabels())
            .orElseGet(Map::of);
    refusal(labels, environment, adopts, config)
        .ifPresent(
            refused -> {
              throw refused;
            });
  }

  /** Why labels do not permit a tenant; empty if they do. */
  static Optional<Refused> refusal(
      Map<String, String> labels,
      Environment environment,
      boolean adopts,
      OperatorConfig.Namespaces config) {
    Optional<String> environments = Optional.ofNullable(labels.get(ENVIRONMENTS));
    boolean permitted =
        environments
            .map(names -> List.of(names.split("\\.")).contains(environment.toString()))
            .orElse(!config.environmentsLabelRequired());
    if (!permitted) {
      return Optional.of(
          new Refused(
              "EnvironmentNotAllowed",
              "The namespace's label %s does not permit %s; an administrator can add it."
                  .formatted(ENVIRONMENTS, environment)));
    }
    if (adopts && config.adoptionLabelRequired() && !ALLOWED.equals(labels.get(ADOPTION))) {
      return Optional.of(
          new Refused(
              "AdoptionNotAllowed",
              "The namespace does not have the label %s=%s, with which an administrator permits"
                      .formatted(ADOPTION, ALLOWED)
                  + " adoption."));
    }
    return Optional.empty();
  }
}
