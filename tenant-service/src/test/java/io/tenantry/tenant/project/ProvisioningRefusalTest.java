package io.tenantry.tenant.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.tenant.TenantStatus;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a project is not provisioned, by its status. */
class ProvisioningRefusalTest {

  @ParameterizedTest
  @CsvSource({
    "DELETED, PROJECT_NOT_FOUND",
    "DELETING, PROJECT_NOT_FOUND",
    "SUSPENDED, PROJECT_SUSPENDED",
    "ACTIVE, PROJECT_ALREADY_PROVISIONED",
    "PROVISIONING, TENANT_BUSY",
    "ROLLING_BACK, TENANT_BUSY"
  })
  void refusesByStatus(TenantStatus status, ErrorCode code) {
    assertThat(Projects.refusal(UUID.randomUUID(), status).code()).isEqualTo(code);
  }
}
