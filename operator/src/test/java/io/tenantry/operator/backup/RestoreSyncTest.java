package io.tenantry.operator.backup;

import static io.tenantry.operator.Objects.condition;
import static io.tenantry.operator.Objects.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.tenantry.operator.Objects;
import io.tenantry.operator.api.BackupApi.NewRestore;
import io.tenantry.operator.api.BackupApi.Status;
import io.tenantry.operator.runtime.Attempts;
import io.tenantry.operator.runtime.Fixtures;
import io.tenantry.operator.tenant.OwnedTenantsFixture;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantRestore;
import io.tenantry.testing.TestClock;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a TenantRestore replaces, with what, and how often. */
@Tag("P8")
@EnableKubernetesMockClient(crud = true)
class RestoreSyncTest {

  private static final String IN_PLACE = "{tenantRef: {name: shop}, mode: InPlace, confirm: shop}";

  static KubernetesClient client;

  private final TestClock clock = new TestClock();
  private final InMemoryBackups api = new InMemoryBackups();
  private final String namespace = "ns-" + UUID.randomUUID();
  private OwnedTenantsFixture tenants;
  private Attempts attempts;
  private RestoreSync sync;

  @BeforeEach
  void prepare() {
    tenants = new OwnedTenantsFixture(client);
    attempts = Fixtures.attempts(client, clock);
    sync =
        new RestoreSync(
            api, new RestoreChoice(api, tenants.ownedTenants(), client), Fixtures.delays(), clock);
  }

  @Test
  void storesChoiceBeforeItRequestsRestore() {
    UUID tenant = tenants.add(namespace, "shop");
    UUID backup = api.add(tenant, Status.COMPLETED, "intact");
    TenantRestore object = object(IN_PLACE);

    reconcile(object);

    assertThat(object.getStatus().choice().tenantId()).isEqualTo(tenant.toString());
    assertThat(object.getStatus().choice().backupId()).isEqualTo(backup.toString());
    assertThat(api.keys()).isEmpty();

    reconcile(object);

    assertThat(api.keys()).containsExactly(object.getMetadata().getUid() + "/restore");
    assertThat(object.getStatus().restoreId())
        .isEqualTo(api.allRestores().getFirst().id().toString());
    assertThat(object.getStatus().phase()).isEqualTo("Pending");
    assertThat(object.getStatus().steps()).hasSize(1);
  }

  @Test
  void choosesNewestGoodBackup() {
    UUID tenant = tenants.add(namespace, "shop");
    api.add(tenant, Status.COMPLETED, "");
    UUID good = api.add(tenant, Status.COMPLETED, "intact");
    api.add(tenant, Status.COMPLETED, "damaged");
    api.add(tenant, Status.FAILED, "");
    TenantRestore object = object(IN_PLACE);

    reconcile(object);

    assertThat(object.getStatus().choice().backupId()).isEqualTo(good.toString());
  }

  @Test
  void restoresOnceEvenIfAnswerAndStatusAreLost() {
    UUID tenant = tenants.add(namespace, "shop");
    api.add(tenant, Status.COMPLETED, "");
    TenantRestore object = object(IN_PLACE);
    reconcile(object);
    var chosen = object.getStatus();
    api.loseNextAnswer();
    reconcile(object);
    assertThat(condition(object, "Ready")).contains("False TenantryUnavailable");
    // A newer backup does not change what is requested.
    api.add(tenant, Status.COMPLETED, "");
    object.setStatus(chosen);

    reconcile(object);

    assertThat(api.keys()).hasSize(2);
    assertThat(api.allRestores()).hasSize(1);
    assertThat(object.getStatus().restoreId())
        .isEqualTo(api.allRestores().getFirst().id().toString());
  }

  @Test
  void requestsNothingAfterLimit() {
    UUID tenant = tenants.add(namespace, "shop");
    api.add(tenant, Status.COMPLETED, "");
    TenantRestore late = object(IN_PLACE);
    TenantRestore chosen = object(IN_PLACE);
    reconcile(chosen);
    clock.advance(RestoreSync.START_LIMIT.plusSeconds(1));

    reconcile(late);
    reconcile(chosen);

    assertThat(condition(late, "Failed")).contains("True NotStarted");
    assertThat(condition(chosen, "Failed")).contains("True NotStarted");
    assertThat(api.keys()).isEmpty();
  }

  @Test
  void findsRestoreAfterLimitIfAnswerWasLost() {
    UUID tenant = tenants.add(namespace, "shop");
    api.add(tenant, Status.COMPLETED, "");
    TenantRestore object = object(IN_PLACE);
    reconcile(object);
    api.loseNextAnswer();
    reconcile(object);
    api.forgetKeys();
    clock.advance(RestoreSync.START_LIMIT.plusSeconds(1));

    reconcile(object);

    assertThat(api.keys()).hasSize(1);
    assertThat(object.getStatus().restoreId())
        .isEqualTo(api.allRestores().getFirst().id().toString());
  }

  /** Both restore the same backup, chosen at the same time. */
  @Test
  void takesNoRestoreOfAnotherObjectForItsOwn() {
    UUID tenant = tenants.add(namespace, "shop");
    api.add(tenant, Status.COMPLETED, "");
    TenantRestore requested = object(IN_PLACE);
    TenantRestore notRequested = object(IN_PLACE);
    reconcile(requested);
    reconcile(notRequested);
    api.loseNextAnswer();
    reconcile(requested);
    api.forgetKeys();
    clock.advance(RestoreSync.START_LIMIT.plusSeconds(1));

    reconcile(notRequested);
    reconcile(requested);

    assertThat(condition(notRequested, "Failed")).contains("True NotStarted");
    assertThat(notRequested.getStatus().restoreId()).isNull();
    assertThat(requested.getStatus().restoreId())
        .isEqualTo(api.allRestores().getFirst().id().toString());
  }

  @Test
  void takesNoRestoreOfAnotherBackupForItsOwn() {
    UUID tenant = tenants.add(namespace, "shop");
    UUID another = api.add(tenant, Status.COMPLETED, "");
    api.add(tenant, Status.COMPLETED, "");
    TenantRestore object = object(IN_PLACE);
    reconcile(object);
    api.restore(OneShot.key(object, "restore"), new NewRestore(tenant, another, "in_place"));
    clock.advance(RestoreSync.START_LIMIT.plusSeconds(1));

    reconcile(object);

    assertThat(condition(object, "Failed")).contains("True NotStarted");
    assertThat(object.getStatus().restoreId()).isNull();
  }

  @Test
  void findsRestoreAfterLostAnswerIfTenantIsNoLongerTheSame() {
    UUID tenant = tenants.add(namespace, "shop");
    api.add(tenant, Status.COMPLETED, "");
    TenantRestore object = object(IN_PLACE);
    reconcile(object);
    api.loseNextAnswer();
    reconcile(object);
    tenants.own(tenant, "renamed", ownerOf("shop"));

    reconcile(object);

    assertThat(api.keys()).hasSize(1);
    assertThat(condition(object, "Failed")).isEmpty();
    assertThat(object.getStatus().restoreId()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Shop", "shop ", "sho", "other"})
  void replacesNothingIfConfirmedNameIsAnother(String name) {
    UUID tenant = tenants.add(namespace, "shop");
    api.add(tenant, Status.COMPLETED, "");
    TenantRestore object =
        object("{tenantRef: {name: shop}, mode: InPlace, confirm: '" + name + "'}");

    reconcile(object);
    reconcile(object);

    assertThat(condition(object, "Failed")).contains("True NotConfirmed");
    assertThat(api.keys()).isEmpty();
  }

  @Test
  void replacesNothingIfTenantWasRenamedMeanwhile() {
    UUID tenant = tenants.add(namespace, "shop");
    api.add(tenant, Status.COMPLETED, "");
    TenantRestore object = object(IN_PLACE);
    reconcile(object);
    tenants.own(tenant, "renamed", ownerOf("shop"));

    reconcile(object);

    assertThat(condition(object, "Failed")).contains("True NotConfirmed");
    assertThat(api.keys()).isEmpty();
  }

  @Test
  void refusesBackupOfAnotherTenantInPlace() {
    tenants.add(namespace, "shop");
    UUID other = api.add(tenants.add(namespace, "other"), Status.COMPLETED, "");
    TenantRestore object =
        object("{tenantRef: {name: shop}, mode: InPlace, confirm: shop, backupId: " + other + "}");

    reconcile(object);

    assertThat(condition(object, "Failed")).contains("True BackupOfAnotherTenant");
    assertThat(api.keys()).isEmpty();
  }

  @Test
  void clonesBackupOfAnotherTenantOfNamespace() {
    UUID target = tenants.add(namespace, "copy");
    UUID source = tenants.add(namespace, "shop");
    UUID backup = api.add(source, Status.COMPLETED, "");
    TenantRestore object =
        object("{tenantRef: {name: copy}, mode: Clone, backupId: " + backup + "}");

    reconcile(object);
    reconcile(object);

    assertThat(api.allRestores())
        .singleElement()
        .satisfies(
            restore -> {
              assertThat(restore.tenantId()).isEqualTo(target);
              assertThat(restore.backupId()).isEqualTo(backup);
            });
  }

  @Test
  void clonesNoBackupOfAnotherNamespaceAndDoesNotSayWhetherItExists() {
    tenants.add(namespace, "copy");
    UUID foreign = api.add(tenants.add("other-" + namespace, "shop"), Status.COMPLETED, "");
    UUID missing = UUID.randomUUID();
    TenantRestore object =
        object("{tenantRef: {name: copy}, mode: Clone, backupId: " + foreign + "}");
    TenantRestore unknown =
        object("{tenantRef: {name: copy}, mode: Clone, backupId: " + missing + "}");

    reconcile(object);
    reconcile(unknown);

    assertThat(condition(object, "Failed")).contains("True BackupNotFound");
    assertThat(message(object, "Failed").replace(foreign.toString(), ""))
        .isEqualTo(message(unknown, "Failed").replace(missing.toString(), ""));
    assertThat(api.keys()).isEmpty();
  }

  @Test
  void clonesIntoUsedTenantOnlyIfConfirmed() {
    UUID used = tenants.add(namespace, "used");
    api.add(used, Status.COMPLETED, "");
    UUID backup = api.add(tenants.add(namespace, "shop"), Status.COMPLETED, "");
    TenantRestore unconfirmed =
        object("{tenantRef: {name: used}, mode: Clone, backupId: " + backup + "}");
    TenantRestore confirmed =
        object("{tenantRef: {name: used}, mode: Clone, backupId: " + backup + ", confirm: used}");

    reconcile(unconfirmed);
    reconcile(confirmed);

    assertThat(condition(unconfirmed, "Failed")).contains("True NotConfirmed");
    assertThat(confirmed.getStatus().choice()).isNotNull();
  }

  @Test
  void showsEndOfRestore() {
    UUID tenant = tenants.add(namespace, "shop");
    api.add(tenant, Status.COMPLETED, "");
    TenantRestore object = object(IN_PLACE);
    reconcile(object);
    reconcile(object);
    api.setRestore(Status.COMPLETED, null);

    reconcile(object);

    assertThat(condition(object, "Ready")).contains("True Completed");
    assertThat(condition(object, "Completed")).contains("True Completed");
    assertThat(object.getStatus().undoUntil()).isEqualTo("2026-01-02T00:00:00Z");
    assertThat(object.getStatus().rows()).isEqualTo(7);
    assertThat(object.getStatus().observedGeneration()).isEqualTo(1);
  }

  @Test
  void showsErrorCodeOfFailedRestore() {
    UUID tenant = tenants.add(namespace, "shop");
    api.add(tenant, Status.COMPLETED, "");
    TenantRestore object = object(IN_PLACE);
    reconcile(object);
    reconcile(object);
    api.setRestore(Status.FAILED, "BACKUP_CORRUPT");

    reconcile(object);

    assertThat(condition(object, "Failed")).contains("True BackupCorrupt");
    assertThat(condition(object, "Stalled")).contains("True BackupCorrupt");
    assertThat(object.getStatus().errorCode()).isEqualTo("BACKUP_CORRUPT");
    assertThat(object.getStatus().errorMessage()).isEqualTo("It failed.");
  }

  private String ownerOf(String name) {
    return "kubernetes:"
        + client
            .resources(Tenant.class)
            .inNamespace(namespace)
            .withName(name)
            .get()
            .getMetadata()
            .getUid();
  }

  private TenantRestore object(String spec) {
    TenantRestore object =
        Objects.parse(TenantRestore.class, namespace, "r" + UUID.randomUUID(), spec);
    object.getMetadata().setUid(UUID.randomUUID().toString());
    object.getMetadata().setGeneration(1L);
    object.getMetadata().setCreationTimestamp(clock.instant().toString());
    return object;
  }

  private void reconcile(TenantRestore object) {
    RestoreDraft draft = new RestoreDraft(object, clock);
    var _ = attempts.run(object, draft.conditions(), () -> sync.proceed(object, draft));
    object.setStatus(draft.status());
  }
}
