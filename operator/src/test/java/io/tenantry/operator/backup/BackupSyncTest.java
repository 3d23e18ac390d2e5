package io.tenantry.operator.backup;

import static io.tenantry.operator.Objects.condition;
import static io.tenantry.operator.Objects.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.tenantry.operator.Objects;
import io.tenantry.operator.api.BackupApi.BackupState;
import io.tenantry.operator.api.BackupApi.Status;
import io.tenantry.operator.runtime.Attempts;
import io.tenantry.operator.runtime.Fixtures;
import io.tenantry.operator.tenant.OwnedTenantsFixture;
import io.tenantry.operator.v1alpha1.TenantBackup;
import io.tenantry.testing.TestClock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a TenantBackup requests, and what its status says. */
@Tag("P8")
@EnableKubernetesMockClient(crud = true)
class BackupSyncTest {

  static KubernetesClient client;

  private final TestClock clock = new TestClock();
  private final InMemoryBackups api = new InMemoryBackups();
  private final String namespace = "ns-" + UUID.randomUUID();
  private OwnedTenantsFixture tenants;
  private Attempts attempts;
  private BackupSync sync;

  @BeforeEach
  void prepare() {
    tenants = new OwnedTenantsFixture(client);
    attempts = Fixtures.attempts(client, clock);
    sync = new BackupSync(api, tenants.ownedTenants(), Fixtures.delays(), clock);
  }

  @Test
  void requestsOneBackupEvenIfStatusOrAnswerIsLost() {
    tenants.add(namespace, "shop");
    TenantBackup object = object("shop");
    api.loseNextAnswer();

    reconcile(object);
    assertThat(condition(object, "Ready")).contains("False TenantryUnavailable");
    reconcile(object);
    object.setStatus(null);
    reconcile(object);

    assertThat(api.keys()).hasSize(3).containsOnly(object.getMetadata().getUid() + "/backup");
    assertThat(api.allBackups()).hasSize(1);
    assertThat(object.getStatus().backupId())
        .isEqualTo(api.allBackups().getFirst().id().toString());
    assertThat(condition(object, "Reconciling")).contains("True Pending");
    assertThat(object.getStatus().observedGeneration()).isEqualTo(1);
  }

  @Test
  void showsStoredBackup() {
    tenants.add(namespace, "shop");
    TenantBackup object = object("shop");
    reconcile(object);
    api.set(api.allBackups().getFirst().id(), Status.COMPLETED, null);

    reconcile(object);

    assertThat(condition(object, "Completed")).contains("True Completed");
    assertThat(condition(object, "Ready")).contains("True Completed");
    assertThat(condition(object, "Reconciling")).isEmpty();
    assertThat(object.getStatus().sizeBytes()).isEqualTo(4711);
    assertThat(object.getStatus().completedAt()).isNotNull();
    assertThat(object.getStatus().verified()).isNull();
  }

  @Test
  void showsErrorCodeOfFailedBackup() {
    tenants.add(namespace, "shop");
    TenantBackup object = object("shop");
    reconcile(object);
    api.set(api.allBackups().getFirst().id(), Status.FAILED, "TENANT_SHREDDED");

    reconcile(object);

    assertThat(condition(object, "Failed")).contains("True TenantShredded");
    assertThat(condition(object, "Stalled")).contains("True TenantShredded");
    assertThat(object.getStatus().errorCode()).isEqualTo("TENANT_SHREDDED");
    assertThat(object.getStatus().observedGeneration()).isEqualTo(1);
    assertThat(OneShot.isFinished(object)).isTrue();
  }

  @Test
  void waitsForTenant() {
    TenantBackup object = object("shop");

    reconcile(object);
    assertThat(condition(object, "Reconciling")).contains("True TenantNotFound");
    assertThat(api.keys()).isEmpty();

    tenants.add(namespace, "shop");
    reconcile(object);
    assertThat(api.allBackups()).hasSize(1);
  }

  @Test
  void touchesNoTenantThatItsObjectDoesNotOwn() {
    UUID id = UUID.randomUUID();
    tenants.own(id, "shop", "kubernetes:" + UUID.randomUUID());
    tenants.addObject(namespace, "shop", id);
    TenantBackup object = object("shop");

    reconcile(object);

    assertThat(condition(object, "Stalled")).contains("True TenantNotOwned");
    assertThat(api.keys()).isEmpty();
  }

  @Test
  void failsIfNotStartedWithinLimit() {
    TenantBackup object = object("shop");
    reconcile(object);
    tenants.add(namespace, "shop");
    clock.advance(BackupSync.START_LIMIT.plusSeconds(1));

    reconcile(object);

    assertThat(condition(object, "Failed")).contains("True NotStarted");
    assertThat(message(object, "Failed")).contains("There is no Tenant shop");
    assertThat(api.keys()).isEmpty();
  }

  @Test
  void showsWhatBecameOfStoredBackup() {
    tenants.add(namespace, "shop");
    TenantBackup object = object("shop");
    reconcile(object);
    BackupState stored = api.allBackups().getFirst();
    api.set(stored.id(), Status.COMPLETED, null);
    reconcile(object);
    api.set(stored.id(), Status.EXPIRED, null);

    BackupDraft draft = new BackupDraft(object, clock);
    sync.check(draft);
    object.setStatus(draft.status());

    assertThat(condition(object, "Ready")).contains("False Expired");
    assertThat(condition(object, "Completed")).contains("True Completed");
  }

  @Test
  void looksLessOftenTheLongerItTakes() {
    var delays = Fixtures.delays();
    var created = clock.instant();

    assertThat(OneShot.pollDelay(delays, created, clock)).isEqualTo(delays.progress());
    clock.advance(Duration.ofSeconds(40));
    assertThat(OneShot.pollDelay(delays, created, clock)).isEqualTo(Duration.ofSeconds(10));
    clock.advance(Duration.ofHours(1));
    assertThat(OneShot.pollDelay(delays, created, clock))
        .isEqualTo(delays.progress().multipliedBy(10));
  }

  private TenantBackup object(String tenant) {
    TenantBackup object =
        Objects.parse(
            TenantBackup.class, namespace, "backup", "{tenantRef: {name: " + tenant + "}}");
    object.getMetadata().setUid(UUID.randomUUID().toString());
    object.getMetadata().setGeneration(1L);
    object.getMetadata().setCreationTimestamp(clock.instant().toString());
    return object;
  }

  private void reconcile(TenantBackup object) {
    BackupDraft draft = new BackupDraft(object, clock);
    var _ = attempts.run(object, draft.conditions(), () -> sync.proceed(object, draft));
    object.setStatus(draft.status());
  }
}
