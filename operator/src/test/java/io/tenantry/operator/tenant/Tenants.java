package io.tenantry.operator.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tenantry.operator.OperatorStack;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantStatus;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** Tenant objects of a test. */
final class Tenants {

  private final OperatorStack stack;
  private final String namespace;

  Tenants(OperatorStack stack, String namespace) {
    this.stack = stack;
    this.namespace = namespace;
  }

  /** A tenant's name that no other test has. */
  String newName() {
    return "t" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** Applies an object whose tenant has a new name. */
  Tenant apply(String name, String spec) {
    return apply(name, spec, true);
  }

  /**
   * Applies an object.
   *
   * @param spec lines of YAML
   * @param named whether its tenant gets a new name; otherwise spec has one
   */
  Tenant apply(String name, String spec, boolean named) {
    String lines = named ? "name: " + newName() + "\n" + spec : spec;
    return stack.client().resource(object(name, lines)).serverSideApply();
  }

  /** Applies another spec; the tenant's name stays. */
  Tenant applyAgain(Tenant tenant, String spec) {
    return stack
        .client()
        .resource(
            object(
                tenant.getMetadata().getName(), "name: " + tenant.getSpec().name() + "\n" + spec))
        .forceConflicts()
        .serverSideApply();
  }

  private Tenant object(String name, String lines) {
    String environment = lines.contains("environment:") ? "" : "environment: development\n";
    return Serialization.unmarshal(
        """
        apiVersion: tenantry.io/v1alpha1
        kind: Tenant
        metadata:
          name: %s
          namespace: %s
        spec:
        %s
        """
            .formatted(name, namespace, (environment + lines).indent(2)),
        Tenant.class);
  }

  /** The tenant in the registry. */
  JsonNode stored(Tenant object) {
    return stack.request("GET", "/api/v1/tenants/" + object.getStatus().tenantId(), "");
  }

  /** Whether an object is ready. */
  static Predicate<Tenant> isReady() {
    return object -> condition(object, "Ready").filter("True Ready"::equals).isPresent();
  }

  /** Status and reason of a condition, separated by a space. */
  static Optional<String> condition(Tenant object, String type) {
    return Optional.ofNullable(object.getStatus()).map(TenantStatus::conditions).stream()
        .flatMap(List::stream)
        .filter(condition -> condition.getType().equals(type))
        .map(condition -> condition.getStatus() + " " + condition.getReason())
        .findFirst();
  }
}
