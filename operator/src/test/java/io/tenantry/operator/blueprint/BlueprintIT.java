package io.tenantry.operator.blueprint;

import static io.tenantry.operator.Objects.condition;
import static io.tenantry.operator.Objects.message;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.tenantry.operator.Objects;
import io.tenantry.operator.OperatorStack;
import io.tenantry.operator.v1alpha1.Blueprint;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Blueprints by Kubernetes objects, on a real API server with the real services. */
@Tag("P8")
class BlueprintIT {

  private final OperatorStack stack = OperatorStack.shared();
  private final String name = "b" + UUID.randomUUID().toString().substring(0, 8);

  @Test
  void pushesVersionWhenConfigMapChangesAndKeepsBlueprintWhenObjectIsDeleted() {
    configMap(stack.home(), name, "CREATE TABLE one (id int);");
    Blueprint object = apply(stack.home(), name, spec(name));

    Blueprint pushed = stack.awaitObject(object, found -> is(found, "Ready", "True Pushed"));
    assertThat(pushed.getStatus().version()).isEqualTo(current());
    assertThat(pushed.getStatus().name()).isEqualTo(name);
    assertThat(pushed.getStatus().observedGeneration()).isEqualTo(1);

    configMap(stack.home(), name, "CREATE TABLE one (id bigint);");
    Blueprint changed =
        stack.awaitObject(
            object, found -> !pushed.getStatus().version().equals(found.getStatus().version()));
    assertThat(changed.getStatus().version()).isEqualTo(current());
    assertThat(changed.getStatus().warnings()).isNotEmpty();
    assertThat(stack.kubernetes().kubectl("get", "bpt", "--namespace=" + stack.home()))
        .contains("BLUEPRINT", "VERSION", changed.getStatus().version());

    stack.client().resource(object).delete();
    stack.awaitGone(object);
    assertThat(current()).isEqualTo(changed.getStatus().version());
  }

  @Test
  void showsWhatAnotherClientPushedAndDoesNotChangeItBack() throws Exception {
    configMap(stack.home(), name, "CREATE TABLE one (id int);");
    Blueprint object = apply(stack.home(), name, spec(name));
    stack.awaitObject(object, found -> is(found, "Ready", "True Pushed"));
    String body =
        new ObjectMapper()
            .writeValueAsString(
                Map.of(
                    "files",
                    Map.of(
                        "blueprint.yaml",
                        yaml(),
                        "migrations/V1__a.sql",
                        "CREATE TABLE other ();")));
    String other = stack.request("PUT", "/api/v1/blueprints/" + name, body).get("version").asText();

    // Any change of the object makes the operator look.
    stack
        .client()
        .resource(object(stack.home(), name, "configMapRefs: [{name: " + name + "}]"))
        .forceConflicts()
        .serverSideApply();

    Blueprint drifted =
        stack.awaitObject(object, found -> is(found, "Drifted", "True ChangedOutside"));
    assertThat(message(drifted, "Drifted")).contains(other);
    assertThat(condition(drifted, "Ready")).contains("True Pushed");
    assertThat(current()).isEqualTo(other);
  }

  @Test
  void givesBlueprintToOldestObjectAndThenToTheNext() {
    configMap(stack.home(), name, "CREATE TABLE one (id int);");
    Blueprint winner = apply(stack.home(), name, spec(name));
    Blueprint pushed = stack.awaitObject(winner, found -> is(found, "Ready", "True Pushed"));
    configMap(stack.home(), name + "-2", "CREATE TABLE two (id int);");
    Blueprint loser = apply(stack.home(), name + "-2", "name: " + name + "\n" + spec(name + "-2"));

    Blueprint refused = stack.awaitObject(loser, found -> is(found, "Stalled", "True Conflict"));
    assertThat(refused.getStatus().version()).isNull();
    assertThat(current()).isEqualTo(pushed.getStatus().version());

    stack.client().resource(winner).delete();
    Blueprint successor = stack.awaitObject(loser, found -> is(found, "Ready", "True Pushed"));
    assertThat(successor.getStatus().version()).isEqualTo(current());
  }

  @Test
  void pushesNothingFromOtherNamespaces() {
    String namespace = stack.kubernetes().createNamespace("team");
    configMap(namespace, name, "CREATE TABLE one (id int);");
    Blueprint object = apply(namespace, name, spec(name));

    stack.awaitObject(object, found -> is(found, "Stalled", "True NamespaceNotAllowed"));

    assertThat(stored().path("code").asText()).isEqualTo("BLUEPRINT_NOT_FOUND");
  }

  @Test
  void showsErrorsOfRefusedFiles() {
    configMap(stack.home(), name, "CREATE TABEL one (id int);");
    Blueprint object = apply(stack.home(), name, spec(name));

    Blueprint refused =
        stack.awaitObject(object, found -> is(found, "Stalled", "True ValidationFailed"));

    assertThat(message(refused, "Ready")).contains("files.migrations/V1__a.sql");
    assertThat(
            stack
                .kubernetes()
                .kubectl(
                    "get",
                    "events",
                    "--namespace=" + stack.home(),
                    "--field-selector=type=Warning,involvedObject.name=" + name))
        .contains("ValidationFailed");
  }

  @Test
  void refusesContradictorySpec() {
    assertThat(tryApply(name, "{}")).contains("set either configMapRef or configMapRefs");
    assertThat(tryApply("with.dot", "{configMapRef: {name: a}}")).contains("set spec.name");
    assertThat(tryApply(name, "{name: Shop, configMapRef: {name: a}}")).contains("should match");
  }

  private String tryApply(String objectName, String spec) {
    return stack
        .kubernetes()
        .tryKubectl(
            """
            apiVersion: tenantry.io/v1alpha1
            kind: Blueprint
            metadata:
              name: %s
            spec: %s
            """
                .formatted(objectName, spec),
            "apply",
            "--namespace=" + stack.home(),
            "--filename=-")
        .errors();
  }

  private static boolean is(Blueprint object, String type, String expected) {
    return condition(object, type).equals(Optional.of(expected));
  }

  private JsonNode stored() {
    return stack.request("GET", "/api/v1/blueprints/" + name, "");
  }

  private String current() {
    return stored().get("version").asText();
  }

  private static String spec(String configMap) {
    return "configMapRef: {name: " + configMap + "}";
  }

  private static Blueprint object(String namespace, String objectName, String spec) {
    return Objects.parse(Blueprint.class, namespace, objectName, spec);
  }

  private Blueprint apply(String namespace, String objectName, String spec) {
    return stack.client().resource(object(namespace, objectName, spec)).serverSideApply();
  }

  private String yaml() {
    return "name: %s\nisolation: database\nnaming: %s_{tenant_id}\n".formatted(name, name);
  }

  private void configMap(String namespace, String configMapName, String sql) {
    ConfigMap configMap =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(configMapName)
            .endMetadata()
            .withData(Map.of("blueprint.yaml", yaml(), "V1__a.sql", sql))
            .build();
    stack.client().resource(configMap).serverSideApply();
  }
}
