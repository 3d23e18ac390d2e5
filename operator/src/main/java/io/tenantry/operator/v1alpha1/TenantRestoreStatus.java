package io.tenantry.operator.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a restore. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TenantRestoreStatus(
    @JsonPropertyDescription(
            "Ready once the restored data is live, Completed or Failed once the restore has"
                + " finished, and for tools that follow kstatus, Reconciling and Stalled.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of spec that the conditions are about.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(
            "The tenant and the backup that were chosen, recorded before the restore is requested.")
        @Nullable Choice choice,
    @JsonPropertyDescription("The id of the job in backup-service that restores the backup.")
        @Nullable String jobId,
    @JsonPropertyDescription("The id of the restore.") @Nullable String restoreId,
    @JsonPropertyDescription("Pending, Running, Completed, Failed or Undone.")
        @Nullable String phase,
    @JsonPropertyDescription("The steps of the newest attempt.") @Nullable List<Step> steps,
    @JsonPropertyDescription("When the restored data was live.") @Nullable String completedAt,
    @JsonPropertyDescription(
            "Until when the replaced data is kept, and the restore can be undone by"
                + " tenantctl restores undo.")
        @Nullable String undoUntil,
    @JsonPropertyDescription("The number of restored rows.") @Nullable Long rows,
    @JsonPropertyDescription("How long the tenant's data was unavailable, in milliseconds.")
        @Nullable Long downtimeMs,
    @JsonPropertyDescription("The error code of a failed restore.") @Nullable String errorCode,
    @JsonPropertyDescription("The error message of a failed restore.")
        @Nullable String errorMessage)
    implements ObjectStatus<TenantRestoreStatus> {

  /** Nothing is known. */
  public static final TenantRestoreStatus EMPTY =
      new TenantRestoreStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null);

  @Override
  public TenantRestoreStatus with(@Nullable List<Condition> newConditions, Long generation) {
    return new TenantRestoreStatus(
        newConditions,
        generation,
        choice,
        jobId,
        restoreId,
        phase,
        steps,
        completedAt,
        undoUntil,
        rows,
        downtimeMs,
        errorCode,
        errorMessage);
  }

  /** What a restore replaces, and with what. */
  public record Choice(
      @JsonPropertyDescription("The id of the tenant whose data is replaced.") String tenantId,
      @JsonPropertyDescription("The id of the backup.") String backupId,
      @JsonPropertyDescription("When they were chosen.") String chosenAt) {}

  /** A step of a restore. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Step(
      @JsonPropertyDescription("The name of the step.") String name,
      @JsonPropertyDescription("running, completed or failed.") String status,
      @JsonPropertyDescription("When it was started.") String startedAt,
      @JsonPropertyDescription("When it was finished.") @Nullable String finishedAt) {}
}
