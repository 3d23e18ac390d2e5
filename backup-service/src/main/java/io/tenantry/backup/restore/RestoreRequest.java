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
 * @param tenantId whose data is replaced
 * @param backupId the backup; the newest good one if it is not said
 * @param mode {@code in_place} (the default): the tenant's own backup. {@code clone}: another
 *     tenant's, into this one, which was made for it
 * @param sourceTenantId for a clone without {@code backup_id}: whose newest backup
 * @param store the store to read it from; else the first, and the others if that fails
 * @param dryRun only says what would be done
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
