package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.backup.postgres.TargetRoles.Second;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("P13")
@Tag("B4")
class TargetRolesTest {

  private static final ClusterAccess CLUSTER =
      new ClusterAccess(
          "default",
          "us-east-1",
          "localhost",
          5432,
          "postgres",
          "cluster_admin",
          "secret",
          "prefer",
          Optional.empty(),
          Optional.empty());

  private final AtomicInteger created = new AtomicInteger();

  /** Those of a tenant; no role that is asked for is looked up on a server. */
  private TargetRoles roles(boolean inSchema) {
    TenantLocation tenant =
        new TenantLocation(
            UUID.randomUUID(),
            "default",
            "db",
            inSchema ? Optional.of("car_1") : Optional.empty(),
            "car_1");
    return new TargetRoles(
        null,
        CLUSTER,
        TenantData.of(tenant),
        inSchema,
        Optional.of(new Second("car_1_b", created::incrementAndGet)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"car_1", "car_1_b", "car_1_o"})
  void tenantsRolesKeepWhatBelongsToThem(String role) {
    TargetRoles roles = roles(false);

    assertThat(roles.owner(role)).isEqualTo(role);
    assertThat(roles.grantor(role)).contains(role);
    assertThat(roles.grantee(role)).contains(role);
    assertThat(roles.notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {ClusterRoles.OWNER, "tenantry_admin", "cluster_admin"})
  void formerOwnersAreReplacedWithoutNote(String role) {
    TargetRoles inDatabase = roles(false);
    TargetRoles inSchema = roles(true);

    assertThat(inDatabase.owner(role)).isEqualTo(ClusterRoles.CONTENT);
    assertThat(inDatabase.grantor(role)).contains(ClusterRoles.CONTENT);
    assertThat(inSchema.owner(role)).isEqualTo("car_1_o");
    assertThat(inSchema.grantee(role)).contains("car_1_o");
    assertThat(inDatabase.notes()).isEmpty();
    assertThat(inSchema.notes()).isEmpty();
  }

  @Test
  void whatBelongedToAnotherRoleIsNotedOnce() {
    TargetRoles roles = roles(false);

    assertThat(roles.owner("postgres")).isEqualTo(ClusterRoles.CONTENT);
    assertThat(roles.owner("postgres")).isEqualTo(ClusterRoles.CONTENT);
    assertThat(roles.grantor("postgres")).isEmpty();

    assertThat(roles.notes())
        .containsExactly(
            "Objects of the role postgres now belong to tenantry_content.",
            "Privileges granted by the role postgres were left out.");
  }

  @Test
  void secondRoleIsCreatedOnceWhenItIsNamed() {
    TargetRoles roles = roles(false);
    roles.owner("car_1");
    assertThat(created).hasValue(0);

    roles.owner("car_1_b");
    roles.grantee("car_1_b");
    roles.grantor("car_1_b");

    assertThat(created).hasValue(1);
  }
}
