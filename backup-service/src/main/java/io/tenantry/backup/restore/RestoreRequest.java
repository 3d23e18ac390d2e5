package io.tenantry.backup.restore;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The body of a request for a restore.
 *
 * @param tenantId the tenant whose data is replaced
 * @param backupId the backup; by default the newest good one
 * @param mode {@code in_place} (the default) restores the tenant's own backup; {@code clone}
 *     restores another tenant's backup into this tenant, which was created for that
 * @param sourceTenantId for a clone without {@code backup_id}: the tenant whose newest backup is
 *     restored
 * @param store the store to read from; by default the first, and the others if that fails
 * @param dryRun whether to return the plan only
 */
@RegisterForReflection
public record RestoreRequest(
    @NotNull(message = "is required") UUID tenantId,
    Optional<UUID> backupId,
    Optional<Mode> mode,
    Optional<UUID> sourceTenantId,
    Optional<String> store,
    Optional<Boolean> dryRun) {

  /** Whose backup it is. */
  @RegisterForReflection
  public enum Mode {
    IN_PLACE,
    CLONE;

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
