package io.tenantry.tenant.provisioning;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The result of a provisioning job.
 *
 * @param apiKeys the issued keys without their secrets, which can be collected once
 * @param metadata the owner's own data, a JSON object
 */
@RegisterForReflection
record ProvisioningResult(
    UUID tenantId,
    Database database,
    List<Service> services,
    List<ApiKey> apiKeys,
    @JsonRawValue String metadata) {

  @RegisterForReflection
  record Database(
      String cluster, String host, int port, String name, Optional<String> schema, String role) {}

  @RegisterForReflection
  record Service(String type, UUID serviceId, String status) {}

  @RegisterForReflection
  record ApiKey(UUID keyId, String name, List<String> scopes) {}
}
