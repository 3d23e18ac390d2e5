package io.tenantry.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.operator.api.TenantApi.Page;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.annotation.ClientHeaderParam;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The REST API of backup-service. Each method throws {@link ApiException} if the request is
 * refused, and {@link jakarta.ws.rs.ProcessingException} if there is no response.
 */
@RegisterRestClient(configKey = "backup-service")
@RegisterProvider(ProblemMapper.class)
@ClientHeaderParam(name = "Authorization", value = "Bearer ${tenantry.operator.admin-key}")
@Path("/api/v1")
public interface BackupApi {

  /** A tenant's backups, newest first. */
  @GET
  @Path("/tenants/{id}/backups")
  Page<BackupState> backups(
      @RestPath("id") UUID tenant,
      @RestQuery("status") String status,
      @RestQuery("limit") int limit);

  /** A page of a tenant's backups of any status, newest first. */
  @GET
  @Path("/tenants/{id}/backups")
  Page<BackupState> backups(
      @RestPath("id") UUID tenant,
      @RestQuery("after") Optional<String> after,
      @RestQuery("limit") int limit);

  /** A backup. */
  @GET
  @Path("/backups/{id}")
  BackupState backup(@RestPath("id") UUID id);

  /** Requests a backup; with the same key only once. */
  @POST
  @Path("/tenants/{id}/backups")
  JobState backUp(
      @RestPath("id") UUID tenant, @HeaderParam("Idempotency-Key") String key, NewBackup backup);

  /** A page of the restores that replaced a tenant's data, newest first. */
  @GET
  @Path("/restores")
  Page<RestoreState> restores(
      @RestQuery("tenant_id") UUID tenant,
      @RestQuery("after") Optional<String> after,
      @RestQuery("limit") int limit);

  /** A restore. */
  @GET
  @Path("/restores/{id}")
  RestoreState restore(@RestPath("id") UUID id);

  /** Requests a restore; with the same key only once. */
  @POST
  @Path("/restores")
  JobState restore(@HeaderParam("Idempotency-Key") String key, NewRestore restore);

  /** A job. */
  @GET
  @Path("/jobs/{id}")
  JobState job(@RestPath("id") UUID id);

  /** A backup. */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record BackupState(
      UUID id,
      UUID tenantId,
      Status status,
      UUID jobId,
      @Nullable String error,
      @Nullable String errorMessage,
      @Nullable String startedAt,
      @Nullable String completedAt,
      @Nullable StoredFile file,
      @Nullable Verification verification) {

    /** Whether a verification found the file intact; null if there was none. */
    public @Nullable Boolean isIntact() {
      return verification == null ? null : verification.result().equals("intact");
    }
  }

  /** The file of a backup. */
  @RegisterForReflection
  record StoredFile(long bytes) {}

  /** The newest verification of a backup. */
  @RegisterForReflection
  record Verification(String result) {}

  /** The status of a backup or restore. */
  @RegisterForReflection
  enum Status {
    @JsonProperty("pending")
    PENDING("Pending"),
    @JsonProperty("running")
    RUNNING("Running"),
    @JsonProperty("completed")
    COMPLETED("Completed"),
    @JsonProperty("failed")
    FAILED("Failed"),
    @JsonProperty("undone")
    UNDONE("Undone"),
    @JsonProperty("expired")
    EXPIRED("Expired"),
    @JsonProperty("shredded")
    SHREDDED("Shredded");

    private final String reason;

    Status(String reason) {
      this.reason = reason;
    }

    /** As the reason of a condition. */
    public String reason() {
      return reason;
    }
  }

  /** A restore. */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record RestoreState(
      UUID id,
      UUID tenantId,
      UUID backupId,
      Status status,
      UUID jobId,
      @Nullable String error,
      @Nullable String errorMessage,
      @Nullable Former former,
      @Nullable Long rows,
      @Nullable Long downtimeMs,
      @Nullable String completedAt,
      @Nullable String idempotencyKey) {}

  /** Replaced data that is kept for an undo. */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record Former(String expiresAt, @Nullable String droppedAt) {}

  /** A job. */
  @RegisterForReflection
  record JobState(UUID id, List<Step> steps, @Nullable JobResult result) {}

  /** A step of a job. */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record Step(String name, String status, String startedAt, @Nullable String finishedAt) {}

  /** The result of a job. */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record JobResult(@Nullable UUID restoreId) {}

  /** A backup to request. */
  @RegisterForReflection
  record NewBackup(String kind) {}

  /**
   * A restore to request. The API's source_tenant_id is missing on purpose: the backup is always
   * named, after its tenant was checked.
   */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record NewRestore(UUID tenantId, UUID backupId, String mode) {}
}
