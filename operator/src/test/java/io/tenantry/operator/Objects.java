package io.tenantry.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Objects of tests, written as YAML. */
public final class Objects {

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  private Objects() {}

  /** An object of the operator's API group. */
  public static <T> T parse(Class<T> type, String namespace, String name, String spec) {
    return SERIALIZATION.unmarshal(
        """
        apiVersion: tenantry.io/v1alpha1
        kind: %s
        metadata:
          name: %s
          namespace: %s
        spec:
        %s
        """
            .formatted(type.getSimpleName(), name, namespace, spec.indent(2)),
        type);
  }

  /** Status and reason of a condition, separated by a space. */
  public static Optional<String> condition(HasMetadata object, String type) {
    return find(object, type)
        .map(
            condition -> condition.get("status").asText() + " " + condition.get("reason").asText());
  }

  /** The message of a condition; empty if there is none. */
  public static String message(HasMetadata object, String type) {
    return find(object, type).map(condition -> condition.get("message").asText()).orElse("");
  }

  private static Optional<JsonNode> find(HasMetadata object, String type) {
    JsonNode conditions =
        SERIALIZATION.convertValue(object, JsonNode.class).at("/status/conditions");
    return StreamSupport.stream(conditions.spliterator(), false)
        .filter(condition -> condition.get("type").asText().equals(type))
        .findFirst();
  }
}
