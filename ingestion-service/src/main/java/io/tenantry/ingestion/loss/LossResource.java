package io.tenantry.ingestion.loss;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.http.NumberedPageRequest;
import io.tenantry.kernel.http.Page;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** REST API for events that were lost before delivery. */
@Path("/api/v1/lost-events")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class LossResource {

  private static final long LAST = 999_999_999_999_999_999L;

  private final LossStore store;

  LossResource(LossStore store) {
    this.store = store;
  }

  @GET
  @Operation(
      summary = "List events that were lost before delivery, newest first",
      description =
          "Events are lost if a tenant's database is unavailable for longer than the topic's"
              + " retention, or if the topic is replaced. Filtered by tenant, the list includes"
              + " losses that concern all tenants.")
  public Page<LostEvents> list(
      @RestQuery("tenant_id") @Pattern(regexp = Page.UUID_PATTERN, message = "must be a tenant id")
          @Nullable String tenantId,
      @BeanParam @Valid NumberedPageRequest page) {
    return store.list(
        Optional.ofNullable(tenantId).map(UUID::fromString),
        page.afterNumber().orElse(LAST),
        page.size());
  }
}
