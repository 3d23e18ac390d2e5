package io.tenantry.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.operator.v1alpha1.TenantSpec;
import io.tenantry.operator.v1alpha1.TenantSpec.Limits;
import io.tenantry.operator.v1alpha1.TenantSpec.Service;
import io.tenantry.operator.v1alpha1.TenantStatus.Applied;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which changes of a spec are applied. */
@Tag("P8")
class SpecChangesTest {

  @Test
  void appliesNothingThatWasAppliedBefore() {
    TenantSpec spec = Specs.of(Map.of("a", 1), List.of(Service.AUTH), new Limits(3, null), true);

    assertThat(SpecChanges.between(Applied.of(spec), spec).isEmpty()).isTrue();
  }

  @Test
  void setsChangedMetadataAndRemovesFieldsThatWereTakenOut() {
    SpecChanges changes =
        SpecChanges.between(
            new Applied(Map.of("same", 1, "changed", 1, "removed", 1), null, null, false),
            Specs.of(Map.of("same", 1, "changed", 2, "added", 3), null, null, false));

    assertThat(changes.metadata())
        .containsOnlyKeys("changed", "added", "removed")
        .containsEntry("changed", 2)
        .containsEntry("added", 3)
        .containsEntry("removed", null);
  }

  @Test
  void registersAndDeregistersServices() {
    SpecChanges changes =
        SpecChanges.between(
            new Applied(null, List.of(Service.AUTH, Service.STORAGE), null, false),
            Specs.of(null, List.of(Service.REALTIME, Service.STORAGE), null, false));

    assertThat(changes.added()).containsExactly(Service.REALTIME);
    assertThat(changes.removed()).containsExactly(Service.AUTH);
  }

  @Test
  void keepsServicesWhenTheFieldIsTakenOut() {
    SpecChanges changes =
        SpecChanges.between(
            new Applied(null, Arrays.asList(Service.values()), null, false),
            Specs.of(null, null, null, false));

    assertThat(changes.isEmpty()).isTrue();
  }

  @Test
  void suspendsAndResumesOnlyWhenTheFieldChanges() {
    TenantSpec suspended = Specs.of(null, null, null, true);
    TenantSpec resumed = Specs.of(null, null, null, false);

    assertThat(SpecChanges.between(Applied.of(resumed), suspended).suspended()).contains(true);
    assertThat(SpecChanges.between(Applied.of(suspended), resumed).suspended()).contains(false);
    assertThat(SpecChanges.between(Applied.of(resumed), resumed).suspended()).isEmpty();
  }

  @Test
  void setsChangedLimits() {
    SpecChanges changes =
        SpecChanges.between(
            new Applied(null, null, new Limits(3, 2), false),
            Specs.of(null, null, new Limits(4, 2), false));

    assertThat(changes.limits()).contains(new Limits(4, 2));
  }
}
