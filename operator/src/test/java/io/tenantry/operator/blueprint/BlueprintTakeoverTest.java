package io.tenantry.operator.blueprint;

import static io.tenantry.operator.Objects.condition;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.javaoperatorsdk.operator.Operator;
import io.tenantry.operator.Objects;
import io.tenantry.operator.api.BlueprintApi;
import io.tenantry.operator.runtime.Fixtures;
import io.tenantry.operator.v1alpha1.Blueprint;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which object has a blueprint, in the framework that calls the controller. */
@Tag("P8")
@EnableKubernetesMockClient(crud = true)
class BlueprintTakeoverTest {

  private static final String NAMESPACE = "team";
  private static final int OBJECTS = 40;

  /** Shorter than the delay after which an object looks again by itself. */
  private static final Duration LIMIT = BlueprintReconciler.CONFLICT_DELAY.dividedBy(2);

  KubernetesClient client;
  private Operator operator;

  @BeforeEach
  void start() {
    Clock clock = Clock.systemUTC();
    BlueprintNamespaces namespaces = new BlueprintNamespaces(client, Fixtures.config(NAMESPACE));
    // The server of this test cannot apply.
    operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withUseSSAToPatchPrimaryResource(false));
    operator.register(
        new BlueprintReconciler(
            new BlueprintSync(new Accepting(), namespaces, client, Fixtures.delays(), clock),
            namespaces,
            Fixtures.attempts(client, clock),
            clock));
    operator.start();
  }

  @AfterEach
  void stop() {
    operator.stop();
  }

  /** Accepts all versions. */
  private static final class Accepting implements BlueprintApi {

    @Override
    public CurrentVersions list() {
      return new CurrentVersions(List.of());
    }

    @Override
    public PushedVersion push(String name, NewVersion version) {
      return new PushedVersion("v1", List.of());
    }
  }

  @Test
  void givesBlueprintToNextObjectWheneverItsOwnerIsDeleted() {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName("shop")
                .endMetadata()
                .withData(Map.of("blueprint.yaml", "name: shop"))
                .build())
        .create();
    for (int i = 0; i < OBJECTS; i++) {
      client
          .resource(
              Objects.parse(
                  Blueprint.class, NAMESPACE, "b" + i, "{name: shop, configMapRef: {name: shop}}"))
          .create();
    }

    int takeovers = 0;
    for (List<Blueprint> owners = owners(); !owners.isEmpty(); owners = owners()) {
      takeovers += owners.size();
      owners.forEach(owner -> client.resource(owner).delete());
    }

    assertThat(takeovers).isEqualTo(OBJECTS);
  }

  /**
   * The objects that have pushed, once all others are in conflict with them; none if all are gone.
   */
  private List<Blueprint> owners() {
    return pushed(await().atMost(LIMIT).until(this::objects, BlueprintTakeoverTest::isSettled));
  }

  private static boolean isSettled(List<Blueprint> all) {
    int owners = pushed(all).size();
    return all.isEmpty()
        || (owners > 0 && owners + with(all, "Stalled", "True Conflict").size() == all.size());
  }

  private static List<Blueprint> pushed(List<Blueprint> all) {
    return with(all, "Ready", "True Pushed");
  }

  private List<Blueprint> objects() {
    return client.resources(Blueprint.class).inNamespace(NAMESPACE).list().getItems();
  }

  private static List<Blueprint> with(List<Blueprint> objects, String type, String expected) {
    return objects.stream()
        .filter(object -> condition(object, type).equals(Optional.of(expected)))
        .toList();
  }
}
