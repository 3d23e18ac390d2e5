package io.tenantry.operator.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a backup. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TenantBackupStatus(
    @JsonPropertyDescription(
            "Ready while the backup is stored, Completed or Failed once it has finished, and for"
                + " tools that follow kstatus, Reconciling and Stalled.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of spec that the conditions are about.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("The id of the tenant that is backed up.") @Nullable String tenantId,
    @JsonPropertyDescription("The id of the job in backup-service that creates the backup.")
        @Nullable String jobId,
    @JsonPropertyDescription("The id of the backup.") @Nullable String backupId,
    @JsonPropertyDescription("The size of the stored file in bytes.") @Nullable Long sizeBytes,
    @JsonPropertyDescription("When the backup was started.") @Nullable String startedAt,
    @JsonPropertyDescription("When the backup was stored completely.") @Nullable String completedAt,
    @JsonPropertyDescription(
            "The result of the newest verification of the stored file: true if it is intact, false"
                + " if it is damaged; absent if it was not verified yet. Updated once a day.")
        @Nullable Boolean verified,
    @JsonPropertyDescription("The error code of a failed backup.") @Nullable String errorCode,
    @JsonPropertyDescription("The error message of a failed backup.") @Nullable String errorMessage)
    implements ObjectStatus<TenantBackupStatus> {

  /** Nothing is known. */
  public static final TenantBackupStatus EMPTY =
      new TenantBackupStatus(null, null, null, null, null, null, null, null, null, null, null);

  @Override
  public TenantBackupStatus with(@Nullable List<Condition> newConditions, Long generation) {
    return new TenantBackupStatus(
        newConditions,
        generation,
        tenantId,
        jobId,
        backupId,
        sizeBytes,
        startedAt,
        completedAt,
        verified,
        errorCode,
        errorMessage);
  }
}
