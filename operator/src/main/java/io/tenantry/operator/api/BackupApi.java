package io.tenantry.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.operator.api.TenantApi.Page;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
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
      @RestPath("id") UUID tenant, @RestQuery("status") String status, @RestQuery("limit") int limit);

  /** A backup. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(SnakeCaseStrategy.class)
  record BackupState(UUID backupId, String status, @Nullable String completedAt) {}
}
