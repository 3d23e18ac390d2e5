package io.tenantry.tenant.cluster;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.db.ServerTls;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The request body to register a cluster.
 *
 * @param maintenanceDatabase the database that the admin first connects to; {@code postgres} if
 *     omitted
 * @param sslMode the libpq sslmode; {@code prefer} if omitted
 * @param sslRootCertificate the CA certificates for {@code verify-ca} and {@code verify-full}, in
 *     PEM
 * @param capacity the maximum number of tenants; 2000 if omitted
 */
@RegisterForReflection
record RegisterCluster(
    @NotNull(message = "is required")
        @Pattern(
            regexp = NAME,
            message = "must be 1 to 63 of a-z 0-9 -, and not start or end with -")
        String name,
    @NotNull(message = "is required")
        @Pattern(
            regexp = NAME,
            message = "must be 1 to 63 of a-z 0-9 -, and not start or end with -")
        String region,
    @NotNull(message = "is required") @Pattern(regexp = HOST, message = NO_HOST) String host,
    @NotNull(message = "is required")
        @Min(value = 1, message = "must be 1 to 65535")
        @Max(value = 65_535, message = "must be 1 to 65535")
        Integer port,
    @NotNull(message = "is required")
        @Size(min = 1, max = 63, message = "must have 1 to 63 characters")
        String adminUser,
    @NotNull(message = "is required")
        @Size(max = 1000, message = "must have at most 1000 characters")
        String adminPassword,
    @Size(min = 1, max = 63, message = "must have 1 to 63 characters")
        @Nullable String maintenanceDatabase,
    @Pattern(regexp = SSL_MODE, message = NO_SSL_MODE) @Nullable String sslMode,
    @Size(max = CERTIFICATE_LENGTH, message = LONG_CERTIFICATE) @Nullable String sslRootCertificate,
    @Min(value = 0, message = "must be 0 or more") @Nullable Integer capacity) {

  static final String HOST = "[A-Za-z0-9.:_-]{1,253}";
  static final String NO_HOST = "must be a host name or an address";
  static final String SSL_MODE = "disable|allow|prefer|require|verify-ca|verify-full";
  static final String NO_SSL_MODE =
      "must be disable, allow, prefer, require, verify-ca or verify-full";
  static final int CERTIFICATE_LENGTH = 500_000;
  static final String LONG_CERTIFICATE = "must have at most 500000 characters";

  private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
  private static final int DEFAULT_CAPACITY = 2000;

  /**
   * The admin's access.
   *
   * @throws InvalidRequest if the mode and the certificate do not match
   */
  ClusterAccess access() {
    String mode = Objects.requireNonNullElse(sslMode, "prefer");
    return new ClusterAccess(
        name,
        region,
        host,
        port,
        Objects.requireNonNullElse(maintenanceDatabase, "postgres"),
        adminUser,
        adminPassword,
        mode,
        rootCertificate(mode, Optional.ofNullable(sslRootCertificate)),
        Optional.empty());
  }

  /** The normalized certificates for a mode, in PEM. */
  static Optional<String> rootCertificate(String mode, Optional<String> pem) {
    try {
      return ServerTls.of(mode, pem).rootCertificates();
    } catch (ServerTls.InvalidServerTls e) {
      throw new InvalidRequest("ssl_root_certificate", String.valueOf(e.getMessage()));
    }
  }

  int capacityOrDefault() {
    return Objects.requireNonNullElse(capacity, DEFAULT_CAPACITY);
  }

  @Override
  public String toString() {
    return "RegisterCluster[name=" + name + "]";
  }
}
