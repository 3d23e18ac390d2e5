package io.tenantry.tenant.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.tenant.provisioning.TenantDatabase;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Credentials are rotated between a tenant's two login roles. */
@Tag("T12")
class RotationTest {

  @ParameterizedTest
  @CsvSource({"car_1, car_1_b", "car_1_b, car_1"})
  void usesTheOtherRole(String login, String next) {
    TenantDatabase target =
        new TenantDatabase(UUID.randomUUID(), "main", "car_1", Optional.empty(), "car_1");

    assertThat(new Rotation(target, login).next()).isEqualTo(next);
  }
}
