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
      summary = "Migrate all tenants of a blueprint to a version, or say what that would do",
      description =
          "Canaries first, then wave by wave. Tenants that are at the version are left alone. With too"
              + " many failures the campaign halts.")
  @APIResponse(
      responseCode = "200",
      description = "What it would do: the answer to dry_run",
      content = @Content(schema = @Schema(implementation = CampaignPlan.class)))
  @APIResponse(
      responseCode = "202",
      description = "The campaign, which has begun",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses({
    ErrorCode.BLUEPRINT_NOT_FOUND,
    ErrorCode.CAMPAIGN_IN_PROGRESS,
    ErrorCode.GOLDEN_TEMPLATE_MISSING
  })
  public Response begin(CampaignRequest request, @Context ContainerRequestContext asked) {
    if (request.dryRun().orElse(false)) {
      return Response.ok(campaigns.plan(request)).build();
    }
    return accepted(campaigns.begin(request, fingerprint.of("campaign")), asked);
  }

  private Response accepted(Campaign campaign, ContainerRequestContext asked) {
    AdminAudit.concerns(asked, tenants.all(campaign.id()));
    return accepted(campaign);
  }

  private static Response accepted(Campaign campaign) {
    return Response.accepted(campaign).location(URI.create(PATH + "/" + campaign.id())).build();
  }

  @GET
  @Operation(summary = "List campaigns, newest first")
  public Page<Campaign> list(
      @RestQuery @Nullable String blueprint, @BeanParam @Valid PageRequest page) {
    return store.list(Optional.ofNullable(blueprint), page.afterId(), page.size());
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
  @Operation(summary = "List the tenants of a campaign and how their migrations stand")
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
  @Operation(summary = "Begin no more tenants; those in hand are finished")
  @APIResponse(
      responseCode = "200",
      description = "The campaign",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses({ErrorCode.CAMPAIGN_NOT_FOUND, ErrorCode.CAMPAIGN_STATE})
  public Campaign pause(@RestPath("campaign_id") UUID id, @Context ContainerRequestContext asked) {
    AdminAudit.concerns(asked, tenants.all(id));
    return campaigns.pause(id);
  }

  @POST
  @Path("/{campaign_id}/resume")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Go on with a paused or halted campaign",
      description = "The failures so far do not halt it again.")
  @APIResponse(
      responseCode = "200",
      description = "The campaign",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses({ErrorCode.CAMPAIGN_NOT_FOUND, ErrorCode.CAMPAIGN_STATE, ErrorCode.CAMPAIGN_IN_PROGRESS})
  public Campaign resume(@RestPath("campaign_id") UUID id, @Context ContainerRequestContext asked) {
    AdminAudit.concerns(asked, tenants.all(id));
    return campaigns.resume(id);
  }

  @POST
  @Path("/{campaign_id}/cancel")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Begin no more tenants for good; those in hand are finished")
  @APIResponse(
      responseCode = "200",
      description = "The campaign",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses({ErrorCode.CAMPAIGN_NOT_FOUND, ErrorCode.CAMPAIGN_STATE})
  public Campaign cancel(@RestPath("campaign_id") UUID id, @Context ContainerRequestContext asked) {
    AdminAudit.concerns(asked, tenants.all(id));
    return campaigns.cancel(id);
  }

  @POST
  @Path("/{campaign_id}/retry")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Try those tenants again that failed, and go on")
  @APIResponse(
      responseCode = "200",
      description = "The campaign",
      content = @Content(schema = @Schema(implementation = Campaign.class)))
  @Refuses({ErrorCode.CAMPAIGN_NOT_FOUND, ErrorCode.CAMPAIGN_STATE, ErrorCode.CAMPAIGN_IN_PROGRESS})
  public Campaign retry(@RestPath("campaign_id") UUID id, @Context ContainerRequestContext asked) {
    AdminAudit.concerns(asked, tenants.all(id));
    return campaigns.retry(id);
  }

  @POST
  @Path("/{campaign_id}/rollback")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Take back what a campaign did, by a campaign of its own",
      description =
          "Each tenant that it migrated, and nobody since, goes back to where it came from. Undos"
              + " drop what the migrations added, with its data: a backup of each tenant comes first,"
              + " unless backup_first is false.")
  @APIResponse(
      responseCode = "202",
      description = "The campaign that takes it back",
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
      @Context ContainerRequestContext asked) {
    AdminAudit.concerns(asked, tenants.all(id));
    return accepted(
        campaigns.rollBack(
            id, Boolean.parseBoolean(backupFirst), fingerprint.of("rollback of campaign " + id)));
  }
}
