package io.tenantry.backup.restore;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a restore would do: the answer to a dry run.
 *
 * @param database the database that would be replaced, or hold the schema that would be
 * @param schema the schema that would be replaced
 * @param rows how many rows would be restored
 * @param stores where the backup can be read from
 * @param sessions the tenant's sessions that would be ended if it were done now
 * @param steps what would be done, in order
 * @param missingRoles roles that own something or have rights in the backup, and that the server
 *     lacks: what they owned would belong to the blueprint's owner, their rights would be left out
 * @param refusedSettings settings of the database that would not be carried over, since the
 *     cluster's admin may not set them
 * @param largeObjectsLeftOut large objects of the tenant that the backup does not have
 * @param warnings what else the backup does not hold, or the restore would leave out or cannot
 *     create, as it was when the backup was made
 */
@RegisterForReflection
public record RestorePlan(
    UUID tenantId,
    UUID backupId,
    UUID sourceTenantId,
    String cluster,
    String database,
    Optional<String> schema,
    long rows,
    long bytes,
    List<String> stores,
    long sessions,
    List<String> steps,
    List<String> missingRoles,
    List<String> refusedSettings,
    long largeObjectsLeftOut,
    List<String> warnings) {}
