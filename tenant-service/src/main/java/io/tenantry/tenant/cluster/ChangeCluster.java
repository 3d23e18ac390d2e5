package io.tenantry.tenant.cluster;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.db.ServerTls;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The request body to change a cluster; omitted fields do not change.
 *
 * @param status {@code draining} stops the placement of new tenants, {@code active} permits it
 *     again
 * @param sslRootCertificate the CA certificates for {@code verify-ca} and {@code verify-full}, in
 *     PEM; removed with a change to another mode
 */
@RegisterForReflection
record ChangeCluster(
    @Pattern(regexp = "active|draining", message = "must be active or draining")
        @Nullable String status,
    @Min(value = 0, message = "must be 0 or more") @Nullable Integer capacity,
    @Pattern(regexp = RegisterCluster.HOST, message = RegisterCluster.NO_HOST)
        @Nullable String host,
    @Min(value = 1, message = "must be 1 to 65535")
        @Max(value = 65_535, message = "must be 1 to 65535")
        @Nullable Integer port,
    @Size(min = 1, max = 63, message = "must have 1 to 63 characters") @Nullable String adminUser,
    @Size(max = 1000, message = "must have at most 1000 characters") @Nullable String adminPassword,
    @Size(min = 1, max = 63, message = "must have 1 to 63 characters")
        @Nullable String maintenanceDatabase,
    @Pattern(regexp = RegisterCluster.SSL_MODE, message = RegisterCluster.NO_SSL_MODE)
        @Nullable String sslMode,
    @Size(max = RegisterCluster.CERTIFICATE_LENGTH, message = RegisterCluster.LONG_CERTIFICATE)
        @Nullable String sslRootCertificate) {

  /**
   * The admin's access after the change.
   *
   * @throws InvalidRequest if the mode and the certificate do not match, or if the stored password
   *     would be sent to another server
   */
  ClusterAccess appliedTo(ClusterAccess now) {
    if (adminPassword == null && changesServer(now)) {
      throw new InvalidRequest(
          "admin_password",
          "is required with a new host or port: the stored password is never sent to another server");
    }
    String mode = Objects.requireNonNullElse(sslMode, now.sslMode());
    Optional<String> root =
        Optional.ofNullable(sslRootCertificate)
            .or(() -> now.sslRootCertificate().filter(pem -> ServerTls.verifies(mode)));
    return new ClusterAccess(
        now.name(),
        now.region(),
        Objects.requireNonNullElse(host, now.host()),
        Objects.requireNonNullElse(port, now.port()),
        Objects.requireNonNullElse(maintenanceDatabase, now.maintenanceDatabase()),
        Objects.requireNonNullElse(adminUser, now.adminUser()),
        Objects.requireNonNullElse(adminPassword, now.adminPassword()),
        mode,
        RegisterCluster.rootCertificate(mode, root),
        now.identity());
  }

  /**
   * Callers may change a cluster but not read its admin's password. A new server could request the
   * password in plain text, before its identity is checked.
   */
  private boolean changesServer(ClusterAccess now) {
    return (host != null && !host.equals(now.host())) || (port != null && port != now.port());
  }

  /** The API names of the changed fields. */
  List<String> fields() {
    List<String> fields = new ArrayList<>();
    add(fields, "status", status);
    add(fields, "capacity", capacity);
    add(fields, "host", host);
    add(fields, "port", port);
    add(fields, "admin_user", adminUser);
    add(fields, "admin_password", adminPassword);
    add(fields, "maintenance_database", maintenanceDatabase);
    add(fields, "ssl_mode", sslMode);
    add(fields, "ssl_root_certificate", sslRootCertificate);
    return fields;
  }

  private static void add(List<String> fields, String name, @Nullable Object value) {
    if (value != null) {
      fields.add(name);
    }
  }

  @Override
  public String toString() {
    return "ChangeCluster" + fields();
  }
}
