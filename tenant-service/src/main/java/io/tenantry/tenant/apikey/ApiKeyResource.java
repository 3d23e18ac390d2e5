package io.tenantry.tenant.apikey;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Blueprints;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** REST endpoints of a tenant's API keys. */
@Path("/api/v1/tenants/{tenant_id}/api-keys")
@RolesAllowed(Roles.OPERATOR)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class ApiKeyResource {

  private static final List<String> DEFAULT_SCOPES = List.of("read", "write");
  private static final String DEFAULT_PREFIX = "nm";
  private static final int DEFAULT_OVERLAP_SECONDS = 3600;
  private static final Set<TenantStatus> LIVE_STATUSES =
      Set.of(TenantStatus.ACTIVE, TenantStatus.SUSPENDED);

  private final ApiKeys keys;
  private final ApiKeyStore store;
  private final TenantDirectory tenants;
  private final Blueprints blueprints;
  private final Clock clock;

  ApiKeyResource(
      ApiKeys keys,
      ApiKeyStore store,
      TenantDirectory tenants,
      Blueprints blueprints,
      Clock clock) {
    this.keys = keys;
    this.store = store;
    this.tenants = tenants;
    this.blueprints = blueprints;
    this.clock = clock;
  }

  @POST
  @Operation(
      summary = "Issue an API key",
      description = "The response contains the key; it is never shown again.")
  @APIResponse(
      responseCode = "201",
      description = "The key",
      content = @Content(schema = @Schema(implementation = IssuedKey.class)))
  @Refuses({
    ErrorCode.TENANT_NOT_FOUND,
    ErrorCode.QUOTA_EXCEEDED,
    ErrorCode.TENANT_BUSY,
    ErrorCode.VALIDATION_FAILED
  })
  public Response create(@RestPath("tenant_id") UUID tenantId, CreateApiKey request) {
    if (request.expiresAt() != null && !request.expiresAt().isAfter(clock.instant())) {
      throw new InvalidRequest("expires_at", "must be in the future");
    }
    return created(
        tenantId,
        keys.create(
            tenantId,
            request.name(),
            Optional.ofNullable(request.prefix()).orElse(prefix(requireLive(tenantId))),
            Optional.ofNullable(request.scopes()).orElse(DEFAULT_SCOPES),
            Optional.ofNullable(request.expiresAt()).map(ApiKeyResource::capExpiry)));
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  @Operation(
      summary = "List a tenant's API keys, including revoked and expired ones, without the secrets")
  @APIResponse(responseCode = "200", description = "A page of keys")
  @Refuses(ErrorCode.TENANT_NOT_FOUND)
  public Page<ApiKey> list(
      @RestPath("tenant_id") UUID tenantId, @BeanParam @Valid PageRequest page) {
    tenants.existing(tenantId);
    return store.list(tenantId, page.afterId().orElse(null), page.size());
  }

  @GET
  @Path("/{key_id}")
  @RolesAllowed(Roles.VIEWER)
  @Operation(summary = "Show an API key")
  @APIResponse(
      responseCode = "200",
      description = "The key, without the secret",
      content = @Content(schema = @Schema(implementation = ApiKey.class)))
  @Refuses(ErrorCode.API_KEY_NOT_FOUND)
  public ApiKey get(@RestPath("tenant_id") UUID tenantId, @RestPath("key_id") UUID keyId) {
    return store.find(tenantId, keyId).orElseThrow(() -> ApiKeys.notFound(keyId));
  }

  @DELETE
  @Path("/{key_id}")
  @Operation(
      summary = "Revoke an API key",
      description = "Within one second all replicas of all services reject it. Idempotent.")
  @APIResponse(responseCode = "204", description = "The key is revoked")
  @Refuses(ErrorCode.API_KEY_NOT_FOUND)
  public void revoke(@RestPath("tenant_id") UUID tenantId, @RestPath("key_id") UUID keyId) {
    keys.revoke(tenantId, keyId);
  }

  @POST
  @Path("/{key_id}/rotate")
  @Operation(
      summary = "Rotate an API key",
      description =
          "Issues a new key with the same name, scopes and expiry. Both are valid for the overlap;"
              + " the previous key does not count towards the quota.")
  @APIResponse(
      responseCode = "201",
      description = "The new key",
      content = @Content(schema = @Schema(implementation = IssuedKey.class)))
  @Refuses({ErrorCode.API_KEY_NOT_FOUND, ErrorCode.API_KEY_NOT_ACTIVE})
  public Response rotate(
      @RestPath("tenant_id") UUID tenantId, @RestPath("key_id") UUID keyId, RotateApiKey request) {
    int seconds = Optional.ofNullable(request.overlapSeconds()).orElse(DEFAULT_OVERLAP_SECONDS);
    return created(tenantId, keys.rotate(tenantId, keyId, Duration.ofSeconds(seconds)));
  }

  private static Response created(UUID tenantId, IssuedKey key) {
    return Response.created(
            URI.create("/api/v1/tenants/%s/api-keys/%s".formatted(tenantId, key.keyId())))
        .entity(key)
        .build();
  }

  private String prefix(TenantEntry tenant) {
    return blueprints
        .find(tenant.blueprint())
        .map(Blueprint::apiKeys)
        .map(Blueprint.ApiKeys::prefix)
        .orElse(DEFAULT_PREFIX);
  }

  private TenantEntry requireLive(UUID tenantId) {
    TenantEntry tenant = tenants.existing(tenantId);
    if (!LIVE_STATUSES.contains(tenant.status())) {
      throw new TenantryException(
          ErrorCode.TENANT_BUSY,
          "The tenant is "
              + tenant.status()
              + "; keys are issued only while it is active or suspended.");
    }
    return tenant;
  }

  /** PostgreSQL's timestamps end before Java's; a later expiry is stored as the latest one. */
  private static Instant capExpiry(Instant instant) {
    return instant.isAfter(MAX_EXPIRY) ? MAX_EXPIRY : instant;
  }

  private static final Instant MAX_EXPIRY = Instant.parse("9999-12-31T23:59:59Z");
}
