package io.tenantry.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.tenantry.operator.api.ApiException;
import io.tenantry.operator.api.BackupApi;
import io.tenantry.operator.api.Refusals;
import io.tenantry.operator.api.TenantApi;
import io.tenantry.operator.api.TenantApi.Page;
import io.tenantry.operator.api.TenantApi.Status;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.runtime.Fixtures;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantStatus;
import io.tenantry.operator.v1alpha1.TenantStatus.Applied;
import io.tenantry.operator.v1alpha1.TenantStatus.Binding;
import io.tenantry.testing.TestClock;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which tenants of the operator's list are acted on without reading the registry. */
@Tag("P8")
@EnableKubernetesMockClient(crud = true)
class TenantSyncTest {

  private static final UUID TENANT = UUID.randomUUID();
  private static final String OWN = "kubernetes:" + Specs.UID;

  static KubernetesClient client;

  /** The calls of the API, in order; the registry's list is not noted. */
  private final List<String> calls = new ArrayList<>();

  private final TestClock clock = new TestClock();
  private TenantState registered = state(OWN);
  private boolean suspensionFails;
  private Registry registry;
  private TenantSync sync;

  @BeforeEach
  void prepare() {
    TenantApi api = proxy(TenantApi.class, this::answer);
    registry = new Registry(api, Fixtures.config());
    Secrets secrets = new Secrets(client);
    sync =
        new TenantSync(
            api,
            proxy(BackupApi.class, _ -> null),
            new OwnedTenant(api, new NamespaceRules(client, Fixtures.config())),
            registry,
            secrets,
            new ApiKeySecrets(api, secrets),
            new SpecApplication(api, registry),
            new NewBackups());
    client.resource(secret()).createOr(NonDeletingOperation::update);
  }

  private Object answer(String method) {
    if (method.equals("list")) {
      return new Page<>(List.of(registered), null);
    }
    calls.add(method);
    return switch (method) {
      case "get" -> registered;
      case "suspend" -> {
        if (suspensionFails) {
          throw Refusals.of(503, "CLUSTER_UNAVAILABLE");
        }
        yield registered;
      }
      default -> throw new UnsupportedOperationException(method);
    };
  }

  @Test
  void usesListForTenantWithNothingToDo() {
    assertThat(reconcile(object(false))).isTrue();

    assertThat(calls).isEmpty();
  }

  @Test
  void readsRegistryAgainBeforeFailedChangeIsAppliedAgain() {
    Tenant object = object(true);
    suspensionFails = true;
    assertThatThrownBy(() -> reconcile(object)).isInstanceOf(ApiException.class);
    // The next list has the tenant with its owner; then another object adopts it.
    registry.refresh();
    registered = state("kubernetes:" + UUID.randomUUID());
    suspensionFails = false;
    calls.clear();

    assertThatThrownBy(() -> reconcile(object))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Refused.CONFLICT));

    assertThat(calls).containsExactly("get");
  }

  @Test
  void appliesFailedChangeAgainIfTenantStillBelongsToObject() {
    Tenant object = object(true);
    suspensionFails = true;
    assertThatThrownBy(() -> reconcile(object)).isInstanceOf(ApiException.class);
    registry.refresh();
    suspensionFails = false;
    calls.clear();

    assertThat(reconcile(object)).isTrue();

    assertThat(calls).containsExactly("get", "suspend", "get");
  }

  /** An object that was reconciled for its generation, with a change that was not applied. */
  private static Tenant object(boolean suspended) {
    Tenant object = Specs.object(Specs.of(null, null, null, suspended));
    object.addFinalizer(Tenant.FINALIZER);
    object.setStatus(
        new TenantStatus(
            List.of(),
            1L,
            TENANT.toString(),
            null,
            null,
            null,
            null,
            null,
            new Binding(object.secretName()),
            null,
            null,
            null,
            new Applied(null, null, null, false)));
    return object;
  }

  private boolean reconcile(Tenant object) {
    return sync.reconcile(
        object,
        new TenantDraft(object, clock),
        new TenantSync.Finalizer() {
          @Override
          public void add() {
            throw new IllegalStateException("it is there");
          }

          @Override
          public void remove() {
            throw new IllegalStateException("it is needed");
          }
        });
  }

  private static TenantState state(String externalId) {
    return new TenantState(
        TENANT,
        "shop",
        "production",
        Status.ACTIVE,
        "car",
        "v1",
        null,
        externalId,
        null,
        List.of(),
        null,
        null,
        null);
  }

  /** The object's Secret with the connection. */
  private static Secret secret() {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace("team")
        .withName("shop-credentials")
        .addToAnnotations("tenantry.io/content-version", "unknown")
        .withOwnerReferences(new OwnerReferenceBuilder().withUid(Specs.UID).build())
        .endMetadata()
        .withData(
            BindingSecret.ENTRIES.stream().collect(Collectors.toMap(Function.identity(), _ -> "")))
        .build();
  }

  private static <T> T proxy(Class<T> api, Function<String, Object> answer) {
    return api.cast(
        Proxy.newProxyInstance(
            api.getClassLoader(),
            new Class<?>[] {api},
            (_, method, _) -> answer.apply(method.getName())));
  }
}
