package io.tenantry.operator.blueprint;

import static io.tenantry.operator.Objects.condition;
import static io.tenantry.operator.Objects.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.tenantry.operator.Objects;
import io.tenantry.operator.api.BlueprintApi;
import io.tenantry.operator.api.Refusals;
import io.tenantry.operator.runtime.Attempts;
import io.tenantry.operator.runtime.Fixtures;
import io.tenantry.operator.v1alpha1.Blueprint;
import io.tenantry.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which files a Blueprint pushes, and when. */
@Tag("P8")
@EnableKubernetesMockClient(crud = true)
class BlueprintSyncTest {

  private static final String NAME = "shop";
  private static final String ONE = "{configMapRef: {name: shop}}";

  static KubernetesClient client;

  private final TestClock clock = new TestClock();
  private final InMemoryBlueprints api = new InMemoryBlueprints();
  private final String namespace = "ns-" + UUID.randomUUID();
  private Attempts attempts;
  private BlueprintSync sync;

  @BeforeEach
  void prepare() {
    attempts = Fixtures.attempts(client, clock);
    sync =
        new BlueprintSync(
            api,
            new BlueprintNamespaces(client, Fixtures.config(namespace)),
            client,
            Fixtures.delays(),
            clock);
  }

  /** Pushed files in order, and the current versions. */
  private static final class InMemoryBlueprints implements BlueprintApi {

    private final List<Map<String, String>> pushed = new ArrayList<>();
    private final Map<String, String> current = new TreeMap<>();
    private List<String> warnings = List.of();
    private boolean invalid;

    @Override
    public CurrentVersions list() {
      return new CurrentVersions(
          current.entrySet().stream()
              .map(entry -> new BlueprintVersion(entry.getKey(), entry.getValue()))
              .toList());
    }

    @Override
    public PushedVersion push(String name, NewVersion version) {
      pushed.add(version.files());
      if (invalid) {
        throw Refusals.of(422, "VALIDATION_FAILED");
      }
      String hash = Integer.toHexString(version.files().hashCode());
      current.put(name, hash);
      return new PushedVersion(hash, warnings);
    }
  }

  @Test
  void pushesFilesOnceForEachContent() {
    configMap("shop", Map.of("blueprint.yaml", "name: shop", "V1__tables.sql", "CREATE"));
    Blueprint object = object("a", ONE);

    reconcile(object, List.of());
    reconcile(object, List.of());

    assertThat(api.pushed)
        .containsExactly(
            Map.of("blueprint.yaml", "name: shop", "migrations/V1__tables.sql", "CREATE"));
    assertThat(object.getStatus().version()).isEqualTo(api.current.get(NAME));
    assertThat(condition(object, "Ready")).contains("True Pushed");

    configMap("shop", Map.of("blueprint.yaml", "name: shop", "V1__tables.sql", "CREATE more"));
    reconcile(object, List.of());

    assertThat(api.pushed).hasSize(2);
  }

  @Test
  void showsWarnings() {
    api.warnings = List.of("locale differs");
    configMap("shop", Map.of("blueprint.yaml", "name: shop"));
    Blueprint object = object("a", ONE);

    reconcile(object, List.of());

    assertThat(object.getStatus().warnings()).containsExactly("locale differs");
  }

  @Test
  void showsWhatAnotherClientPushedAndKeepsItUntilConfigMapChanges() {
    configMap("shop", Map.of("blueprint.yaml", "name: shop"));
    Blueprint object = object("a", ONE);
    reconcile(object, List.of());
    api.current.put(NAME, "other");

    reconcile(object, List.of());

    assertThat(condition(object, "Drifted")).contains("True ChangedOutside");
    assertThat(condition(object, "Ready")).contains("True Pushed");
    assertThat(api.pushed).hasSize(1);

    configMap("shop", Map.of("blueprint.yaml", "name: shop # 2"));
    reconcile(object, List.of());

    assertThat(condition(object, "Drifted")).isEmpty();
    assertThat(api.pushed).hasSize(2);
  }

  @Test
  void pushesNothingFromOtherNamespaces() {
    Blueprint object = object("a", ONE);
    object.getMetadata().setNamespace("other-" + namespace);

    reconcile(object, List.of());

    assertThat(condition(object, "Stalled")).contains("True NamespaceNotAllowed");
    assertThat(object.getStatus().observedGeneration()).isEqualTo(1);
    assertThat(api.pushed).isEmpty();
  }

  @Test
  void givesBlueprintToOldestObject() {
    configMap("shop", Map.of("blueprint.yaml", "name: shop"));
    Blueprint foreign = object("c", ONE);
    foreign.getMetadata().setNamespace("other-" + namespace);
    Blueprint old = object("b", ONE);
    Blueprint sameAge = object("d", ONE);
    sameAge.getMetadata().setUid("0" + old.getMetadata().getUid().substring(1));
    old.getMetadata().setUid("1" + old.getMetadata().getUid().substring(1));
    clock.advance(Duration.ofSeconds(1));
    Blueprint young = object("a", ONE);
    List<Blueprint> all = List.of(young, foreign, old, sameAge);

    reconcile(young, all);
    reconcile(old, all);
    assertThat(api.pushed).isEmpty();
    reconcile(sameAge, all);

    assertThat(condition(young, "Ready")).contains("False Conflict");
    assertThat(condition(old, "Ready")).contains("False Conflict");
    assertThat(condition(sameAge, "Ready")).contains("True Pushed");

    reconcile(young, List.of(young));
    assertThat(condition(young, "Ready")).contains("True Pushed");
  }

  @Test
  void joinsConfigMapsOnceTheyDoNotChange() {
    String two = "{configMapRefs: [{name: shop}, {name: more}]}";
    configMap("shop", Map.of("blueprint.yaml", "name: shop"));
    configMap("more", Map.of("V1__a.sql", "1"));
    Blueprint object = object("a", two);

    reconcile(object, List.of());
    clock.advance(BlueprintSync.SETTLING.minusSeconds(1));
    configMap("more", Map.of("V1__a.sql", "2"));
    reconcile(object, List.of());
    clock.advance(BlueprintSync.SETTLING.minusSeconds(1));
    reconcile(object, List.of());
    assertThat(condition(object, "Reconciling")).contains("True Settling");
    assertThat(api.pushed).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    reconcile(object, List.of());

    assertThat(api.pushed)
        .containsExactly(Map.of("blueprint.yaml", "name: shop", "migrations/V1__a.sql", "2"));
  }

  @Test
  void refusesFilesThatOccurTwice() {
    configMap("shop", Map.of("blueprint.yaml", "name: shop", "V1__a.sql", "1"));
    configMap("more", Map.of("V1__a.sql", "1"));
    Blueprint object = object("a", "{configMapRefs: [{name: shop}, {name: more}]}");

    reconcile(object, List.of());

    assertThat(condition(object, "Stalled")).contains("True InvalidFiles");
    assertThat(message(object, "Stalled")).contains("V1__a.sql").contains("more");
    assertThat(api.pushed).isEmpty();
  }

  @Test
  void refusesFilesThatAreNoText() {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("shop")
                .endMetadata()
                .withBinaryData(Map.of("blueprint.yaml", "AAAA"))
                .build())
        .create();
    Blueprint object = object("a", ONE);

    reconcile(object, List.of());

    assertThat(condition(object, "Stalled")).contains("True InvalidFiles");
    assertThat(api.pushed).isEmpty();
  }

  @Test
  void waitsForConfigMap() {
    Blueprint object = object("a", ONE);

    reconcile(object, List.of());

    assertThat(condition(object, "Reconciling")).contains("True ConfigMapNotFound");
  }

  @Test
  void showsErrorCodeOfRefusedFilesAndKeepsVersionBefore() {
    configMap("shop", Map.of("blueprint.yaml", "name: shop"));
    Blueprint object = object("a", ONE);
    reconcile(object, List.of());
    String version = object.getStatus().version();
    configMap("shop", Map.of("blueprint.yaml", "name: wrong"));
    api.invalid = true;

    reconcile(object, List.of());

    assertThat(condition(object, "Stalled")).contains("True ValidationFailed");
    assertThat(object.getStatus().version()).isEqualTo(version);
  }

  private void configMap(String name, Map<String, String> data) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withData(data)
                .build())
        .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
  }

  private Blueprint object(String name, String spec) {
    Blueprint object =
        Objects.parse(
            Blueprint.class, namespace, name, spec.replaceFirst("\\{", "{name: " + NAME + ", "));
    object.getMetadata().setUid(UUID.randomUUID().toString());
    object.getMetadata().setGeneration(1L);
    object.getMetadata().setCreationTimestamp(clock.instant().toString());
    return object;
  }

  private void reconcile(Blueprint object, List<Blueprint> rivals) {
    BlueprintDraft draft = new BlueprintDraft(object, clock);
    var _ = attempts.run(object, draft.conditions(), () -> sync.proceed(object, draft, rivals));
    object.setStatus(draft.status());
  }
}
