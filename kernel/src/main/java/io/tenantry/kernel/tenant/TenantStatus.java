package io.tenantry.kernel.tenant;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** Where a tenant stands. */
@RegisterForReflection
public enum TenantStatus {
  /** It is known, and not made yet. */
  REGISTERED,
  /** It is being made. */
  PROVISIONING,
  /** Making it failed; what was made is being removed. */
  ROLLING_BACK,
  /** It works. */
  ACTIVE,
  /** It exists, and nobody may use it. */
  SUSPENDED,
  /** It is being removed. */
  DELETING,
  /** It is gone, and only its row is left. */
  DELETED;

  /** The status by its name in the control database and the API. */
  public static TenantStatus of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
