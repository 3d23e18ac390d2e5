package io.tenantry.tenant.cluster;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Objects;
import java.util.Optional;

/**
 * A cluster to register.
 *
 * @param maintenanceDatabase {@code postgres} if not said
 * @param sslMode {@code prefer} if not said
 * @param capacity tenants it may hold; 2000 if not said
 */
@RegisterForReflection
record RegisterCluster(
    @NotNull(message = "is missing")
        @Pattern(
            regexp = NAME,
            message = "must be 1 to 63 of a-z 0-9 -, and neither begin nor end with -")
        String name,
    @NotNull(message = "is missing")
        @Pattern(
            regexp = NAME,
            message = "must be 1 to 63 of a-z 0-9 -, and neither begin nor end with -")
        String region,
    @NotNull(message = "is missing")
        @Pattern(regexp = "[A-Za-z0-9.:_-]{1,253}", message = "must be a host name or an address")
        String host,
    @NotNull(message = "is missing")
        @Min(value = 1, message = "must be 1 to 65535")
        @Max(value = 65_535, message = "must be 1 to 65535")
        Integer port,
    @NotNull(message = "is missing")
        @Size(min = 1, max = 63, message = "must have 1 to 63 characters")
        String adminUser,
    @NotNull(message = "is missing")
        @Size(max = 1000, message = "must have at most 1000 characters")
        String adminPassword,
    @Size(min = 1, max = 63, message = "must have 1 to 63 characters") String maintenanceDatabase,
    @Pattern(
            regexp = "disable|allow|prefer|require|verify-ca|verify-full",
            message = "is no sslmode of libpq")
        String sslMode,
    @Min(value = 0, message = "must be 0 or more") Integer capacity) {

  private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
  private static final int DEFAULT_CAPACITY = 2000;

  ClusterAccess access() {
    return new ClusterAccess(
        name,
        region,
        host,
        port,
        Objects.requireNonNullElse(maintenanceDatabase, "postgres"),
        adminUser,
        adminPassword,
        Objects.requireNonNullElse(sslMode, "prefer"),
        Optional.empty());
  }

  int capacityOrDefault() {
    return Objects.requireNonNullElse(capacity, DEFAULT_CAPACITY);
  }

  @Override
  public String toString() {
    return "RegisterCluster[name=" + name + "]";
  }
}
