package io.tenantry.ingestion.limit;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** REST API for rate limits. */
@Path("/api/v1/limits/{kind}")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class LimitResource {

  private final LimitStore store;
  private final RateLimits limits;

  LimitResource(LimitStore store, RateLimits limits) {
    this.store = store;
    this.limits = limits;
  }

  @GET
  @Operation(
      summary = "List the tenants or instances whose rate limit was set",
      description = "For all others the configured limit applies.")
  @APIResponse(responseCode = "200", description = "A page of limits, ordered by id")
  public Page<SubjectLimit> list(@RestPath String kind, @BeanParam @Valid PageRequest page) {
    return store.list(kind(kind), page.afterId().orElse(null), page.size());
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "Show the rate limit of a tenant or an instance, per replica")
  public RateLimit get(@RestPath String kind, @RestPath UUID id) {
    return RateLimit.of(limits.current(subject(kind, id)));
  }

  @PUT
  @Path("/{id}")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Set the rate limit of a tenant or an instance, per replica")
  @Refuses(ErrorCode.VALIDATION_FAILED)
  public RateLimit put(
      @RestPath String kind,
      @RestPath UUID id,
      RateLimit limit,
      @Context ContainerRequestContext context) {
    Subject subject = subject(kind, id);
    AdminAudit.concerns(context, store.tenantOf(subject));
    store.put(subject, new Limit(limit.events(), Duration.ofSeconds(limit.periodSeconds())));
    return RateLimit.of(limits.current(subject));
  }

  @DELETE
  @Path("/{id}")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Reset the rate limit of a tenant or an instance to the configured one")
  @APIResponse(responseCode = "204", description = "The configured limit applies")
  public void delete(
      @RestPath String kind, @RestPath UUID id, @Context ContainerRequestContext context) {
    Subject subject = subject(kind, id);
    AdminAudit.concerns(context, store.tenantOf(subject));
    store.remove(subject);
    limits.current(subject);
  }

  private static Subject subject(String kind, UUID id) {
    return new Subject(kind(kind), id);
  }

  private static Subject.Kind kind(String name) {
    return switch (name) {
      case "tenants" -> Subject.Kind.TENANT;
      case "instances" -> Subject.Kind.INSTANCE;
      default ->
          throw new TenantryException(
              ErrorCode.NOT_FOUND,
              "Only tenants and instances have rate limits; use /limits/tenants/{id} or"
                  + " /limits/instances/{id}.");
    };
  }

  /**
   * A rate limit.
   *
   * @param events maximum number of events per period; they may arrive in one burst
   */
  @RegisterForReflection
  record RateLimit(
      @NotNull(message = "is required")
          @Min(value = 1, message = "must be at least 1")
          @Max(value = 1_000_000_000, message = "must be at most 1000000000")
          Long events,
      @NotNull(message = "is required")
          @Min(value = 1, message = "must be at least 1")
          @Max(value = 86_400, message = "must be at most 86400")
          Long periodSeconds) {

    static RateLimit of(Limit limit) {
      return new RateLimit(limit.events(), limit.period().toSeconds());
    }
  }
}
