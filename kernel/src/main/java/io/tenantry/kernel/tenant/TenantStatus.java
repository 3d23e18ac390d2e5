package io.tenantry.kernel.tenant;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** The status of a tenant. */
@RegisterForReflection
public enum TenantStatus {
  /** Known, but not provisioned yet. */
  REGISTERED,
  /** Being provisioned. */
  PROVISIONING,
  /** Provisioning failed; its resources are being removed. */
  ROLLING_BACK,
  /** In use. */
  ACTIVE,
  /** Exists, but cannot be used. */
  SUSPENDED,
  /** Being deleted. */
  DELETING,
  /** Deleted; only its row is left. */
  DELETED;

  /** The status with this name in the control database and the API. */
  public static TenantStatus of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
