package io.tenantry.backup.restore;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a restore would do: the answer to a dry run.
 *
 * @param database the database that would be replaced, or that has the schema that would be
 * @param schema the schema that would be replaced
 * @param rows the number of rows that would be restored
 * @param stores the stores that the backup can be read from
 * @param sessions the number of the tenant's sessions that a restore now would terminate
 * @param steps what would be done, in order
 * @param missingRoles roles that own objects or have privileges in the backup, and that the server
 *     lacks: their objects would get the blueprint's owner, their privileges would be left out
 * @param refusedSettings settings of the database that would not be copied, because the cluster's
 *     admin may not set them
 * @param largeObjectsLeftOut the number of the tenant's large objects that the backup does not have
 * @param warnings sentences about other objects that the backup does not contain, or that the
 *     restore would leave out or cannot create, as of the backup
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
