package io.tenantry.backup.campaign;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.migration.Migration;
import io.tenantry.backup.migration.MigrationRecords;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.idempotency.RequestFingerprint;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Campaigns, over HTTP. */
@Path(CampaignResource.PATH)
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class CampaignResource {

  static final String PATH = "/api/v1/campaigns";

  private final Campaigns campaigns;
  private final CampaignStore store;
  private final CampaignTenantStore tenants;
  private final MigrationRecords migrations;
  private final RequestFingerprint fingerprint;

  CampaignResource(
      Campaigns campaigns,
      CampaignStore store,
      CampaignTenantStore tenants,
      MigrationRecords migrations,
      RequestFingerprint fingerprint) {
    this.campaigns = campaigns;
    this.store = store;
    this.tenants = tenants;
    this.migrations = migrations;
    this.fingerprint = fingerprint;
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Migrate all tenants of a blueprint to a version, or show the plan (dry_run)",
      description =
          "Migrates the canaries first, then wave by wave. Tenants that are already at the"
              + " version are not changed. The campaign halts after too many failures.")
  @APIResponse(
      responseCode = "200",
      description = "The plan, if dry_run is true",
      content = @Content(schema = @Schema(implementation = CampaignPlan.class)))
  @APIResponse(
      responseCode = "202",
      description = "The started campaign",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses({
    ErrorCode.BLUEPRINT_NOT_FOUND,
    ErrorCode.CAMPAIGN_IN_PROGRESS,
    ErrorCode.GOLDEN_TEMPLATE_MISSING
  })
  public Response start(CampaignRequest request, @Context ContainerRequestContext requestContext) {
    if (request.dryRun().orElse(false)) {
      return Response.ok(campaigns.plan(request)).build();
    }
    return accepted(campaigns.start(request, fingerprint.of("campaign")), requestContext);
  }

  private Response accepted(Campaign campaign, ContainerRequestContext requestContext) {
    AdminAudit.concerns(requestContext, tenants.all(campaign.id()));
    return accepted(campaign);
  }

  private static Response accepted(Campaign campaign) {
    return Response.accepted(campaign).location(URI.create(PATH + "/" + campaign.id())).build();
  }

  @GET
  @Operation(summary = "List campaigns, newest first")
  public Page<Campaign> list(
      @RestQuery @Nullable String blueprint,
      @RestQuery
          @Pattern(
              regexp = "running|paused|halted|completed|cancelled",
              message = "must be one of running, paused, halted, completed, cancelled")
          @Nullable String status,
      @BeanParam @Valid PageRequest page) {
    return store.list(
        Optional.ofNullable(blueprint),
        Optional.ofNullable(status).map(Campaign.Status::of),
        page.afterId(),
        page.size());
  }

  @GET
  @Path("/{campaign_id}")
  @Operation(summary = "Show a campaign")
  @APIResponse(
      responseCode = "200",
      description = "The campaign",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses(ErrorCode.CAMPAIGN_NOT_FOUND)
  public Campaign get(@RestPath("campaign_id") UUID id) {
    return store.get(id);
  }

  @GET
  @Path("/{campaign_id}/migrations")
  @Operation(summary = "List a campaign's tenants with the status of their migrations")
  @Refuses(ErrorCode.CAMPAIGN_NOT_FOUND)
  public Page<Migration> migrations(
      @RestPath("campaign_id") UUID id,
      @RestQuery
          @Pattern(
              regexp = "pending|backing_up|running|waiting|completed|failed|skipped|cancelled",
              message =
                  "must be one of pending, backing_up, running, waiting, completed, failed, skipped, cancelled")
          @Nullable String status,
      @BeanParam @Valid PageRequest page) {
    return migrations.list(
        Optional.empty(),
        Optional.of(store.get(id).id()),
        Optional.ofNullable(status).map(Migration.Status::of),
        page.afterId(),
        page.size());
  }

  @POST
  @Path("/{campaign_id}/pause")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Pause a campaign: migrations in progress are completed, no others start")
  @APIResponse(
      responseCode = "200",
      description = "The campaign",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses({ErrorCode.CAMPAIGN_NOT_FOUND, ErrorCode.CAMPAIGN_STATE})
  public Campaign pause(
      @RestPath("campaign_id") UUID id, @Context ContainerRequestContext requestContext) {
    AdminAudit.concerns(requestContext, tenants.all(id));
    return campaigns.pause(id);
  }

  @POST
  @Path("/{campaign_id}/resume")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Resume a paused or halted campaign",
      description = "Failures so far no longer halt it.")
  @APIResponse(
      responseCode = "200",
      description = "The campaign",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses({ErrorCode.CAMPAIGN_NOT_FOUND, ErrorCode.CAMPAIGN_STATE, ErrorCode.CAMPAIGN_IN_PROGRESS})
  public Campaign resume(
      @RestPath("campaign_id") UUID id, @Context ContainerRequestContext requestContext) {
    AdminAudit.concerns(requestContext, tenants.all(id));
    return campaigns.resume(id);
  }

  @POST
  @Path("/{campaign_id}/cancel")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Cancel a campaign: migrations in progress are completed, no others start")
  @APIResponse(
      responseCode = "200",
      description = "The campaign",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses({ErrorCode.CAMPAIGN_NOT_FOUND, ErrorCode.CAMPAIGN_STATE})
  public Campaign cancel(
      @RestPath("campaign_id") UUID id, @Context ContainerRequestContext requestContext) {
    AdminAudit.concerns(requestContext, tenants.all(id));
    return campaigns.cancel(id);
  }

  @POST
  @Path("/{campaign_id}/retry")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Retry a campaign's failed tenants and resume it")
  @APIResponse(
      responseCode = "200",
      description = "The campaign",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses({ErrorCode.CAMPAIGN_NOT_FOUND, ErrorCode.CAMPAIGN_STATE, ErrorCode.CAMPAIGN_IN_PROGRESS})
  public Campaign retry(
      @RestPath("campaign_id") UUID id, @Context ContainerRequestContext requestContext) {
    AdminAudit.concerns(requestContext, tenants.all(id));
    return campaigns.retry(id);
  }

  @POST
  @Path("/{campaign_id}/rollback")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Roll back a campaign by a new campaign",
      description =
          "Returns each tenant to its previous version, unless another migration has changed it"
              + " since. Undo scripts drop what the migrations added, including its data, so each"
              + " tenant is backed up first unless backup_first is false.")
  @APIResponse(
      responseCode = "202",
      description = "The rollback campaign",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses({
    ErrorCode.CAMPAIGN_NOT_FOUND,
    ErrorCode.CAMPAIGN_STATE,
    ErrorCode.CAMPAIGN_IN_PROGRESS,
    ErrorCode.ROLLBACK_IMPOSSIBLE
  })
  public Response rollBack(
      @RestPath("campaign_id") UUID id,
      @RestQuery("backup_first")
          @DefaultValue("true")
          @Pattern(regexp = "true|false", message = "must be true or false")
          String backupFirst,
      @Context ContainerRequestContext requestContext) {
    AdminAudit.concerns(requestContext, tenants.all(id));
    return accepted(
        campaigns.rollBack(
            id, Boolean.parseBoolean(backupFirst), fingerprint.of("rollback of campaign " + id)));
  }
}
