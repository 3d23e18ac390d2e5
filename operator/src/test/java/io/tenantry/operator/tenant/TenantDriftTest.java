package io.tenantry.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.operator.api.TenantApi.Quota;
import io.tenantry.operator.api.TenantApi.Quotas;
import io.tenantry.operator.api.TenantApi.Status;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.v1alpha1.TenantSpec.Limits;
import io.tenantry.operator.v1alpha1.TenantSpec.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What counts as a change by others. */
@Tag("P8")
class TenantDriftTest {

  @Test
  void findsNothingInUnchangedTenant() {
    assertThat(
            Drift.between(
                Specs.object(
                    Specs.of(
                        Map.of("plan", "gold"), List.of(Service.AUTH), new Limits(5, null), false)),
                state("shop", Status.ACTIVE, List.of("auth"), Map.of("plan", "gold", "other", 1)),
                quotas(5)))
        .isEmpty();
  }

  @Test
  void namesEachDifference() {
    assertThat(
            Drift.between(
                Specs.object(
                    Specs.of(
                        Map.of("plan", "gold"), List.of(Service.AUTH), new Limits(5, null), false)),
                state("store", Status.SUSPENDED, List.of(), Map.of("plan", "free")),
                quotas(9)))
        .containsExactly(
            "the tenant's name is store",
            "the tenant is suspended",
            "the tenant's services are []",
            "metadata.plan differs",
            "the quota of api_keys is 9");
  }

  @Test
  void ignoresWhatSpecDoesNotMention() {
    assertThat(
            Drift.between(
                Specs.object(Specs.of(null, null, null, true)),
                state("shop", Status.SUSPENDED, List.of("storage"), Map.of("a", 1)),
                Optional.empty()))
        .isEmpty();
  }

  private static Optional<Quotas> quotas(int apiKeys) {
    return Optional.of(
        new Quotas(List.of(new Quota("api_keys", apiKeys), new Quota("services", 1))));
  }

  private static TenantState state(
      String name, Status status, List<String> services, Map<String, Object> metadata) {
    return new TenantState(
        UUID.fromString(Specs.UID),
        name,
        "production",
        status,
        "car",
        "v1",
        "eu",
        null,
        null,
        services,
        metadata,
        null,
        null);
  }
}
