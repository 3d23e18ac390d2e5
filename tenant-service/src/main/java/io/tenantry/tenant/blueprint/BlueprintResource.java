package io.tenantry.tenant.blueprint;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.MaxBody;
import io.tenantry.kernel.http.Refuses;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** REST endpoints of blueprints. */
@Path("/api/v1/blueprints")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class BlueprintResource {

  private final Blueprints blueprints;

  BlueprintResource(Blueprints blueprints) {
    this.blueprints = blueprints;
  }

  @GET
  @Operation(summary = "List blueprints with their current versions, which new tenants use")
  public BlueprintList list() {
    return new BlueprintList(blueprints.list());
  }

  @GET
  @Path("/{name}")
  @Operation(summary = "Show the files of a blueprint version, by default the current one")
  @APIResponse(
      responseCode = "200",
      description = "The blueprint",
      content = @Content(schema = @Schema(implementation = BlueprintDetail.class)))
  @Refuses(ErrorCode.BLUEPRINT_NOT_FOUND)
  public BlueprintDetail get(
      @RestPath String name,
      @RestQuery @Pattern(regexp = "[0-9a-f]{12}", message = "must be 12 hex digits")
          @Nullable String version) {
    return detail(blueprints.get(name, version), List.of());
  }

  @PUT
  @Path("/{name}")
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Store a blueprint version and make it the current one",
      description =
          "The files are checked first, and their SQL is run on a scratch database. A version is"
              + " identified by the hash of its content and never changes; storing an earlier"
              + " version again makes it the current one. Existing tenants are not changed; the"
              + " warnings list why they cannot be migrated to this version.")
  @APIResponse(
      responseCode = "200",
      description = "The version already existed and is now the current one",
      content = @Content(schema = @Schema(implementation = BlueprintDetail.class)))
  @APIResponse(
      responseCode = "201",
      description = "The version is new and is now the current one",
      content = @Content(schema = @Schema(implementation = BlueprintDetail.class)))
  @Refuses({ErrorCode.BLUEPRINT_BUSY, ErrorCode.VALIDATION_FAILED})
  public Response put(
      @RestPath @Pattern(regexp = BlueprintYaml.NAME, message = "is not a valid blueprint name")
          String name,
      PutBlueprint request) {
    Blueprints.Checked accepted = blueprints.accept(name, request.files());
    return Response.status(accepted.added() ? Response.Status.CREATED : Response.Status.OK)
        .entity(detail(blueprints.get(name, accepted.blueprint().version()), accepted.warnings()))
        .build();
  }

  @POST
  @Path("/{name}/validate")
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Check a blueprint without storing it",
      description =
          "Performs the same checks as PUT: of the files, and of their SQL on a scratch database.")
  @APIResponse(
      responseCode = "200",
      description = "The blueprint is valid",
      content = @Content(schema = @Schema(implementation = CheckedBlueprint.class)))
  @Refuses({ErrorCode.BLUEPRINT_BUSY, ErrorCode.VALIDATION_FAILED})
  public CheckedBlueprint validate(
      @RestPath @Pattern(regexp = BlueprintYaml.NAME, message = "is not a valid blueprint name")
          String name,
      PutBlueprint request) {
    Blueprints.Checked checked = blueprints.check(name, request.files());
    return new CheckedBlueprint(
        name, checked.blueprint().version(), checked.added(), checked.warnings());
  }

  private static BlueprintDetail detail(Blueprints.StoredBlueprint stored, List<String> warnings) {
    BlueprintVersion version = stored.version();
    return new BlueprintDetail(
        version.name(),
        version.version(),
        version.current(),
        version.shipped(),
        version.acceptedAt(),
        stored.files().contents(),
        stored.ownDataFrom(),
        warnings,
        stored.versions());
  }

  /** The request body of PUT; JSON escapes may double the size of the files. */
  @MaxBody(MaxBody.LARGEST)
  record PutBlueprint(
      @Schema(
              description =
                  "The text of each file by its path: blueprint.yaml, migrations/V1__name.sql, …;"
                      + " at most 64 MiB in total, in UTF-8")
          @NotEmpty(message = "is required")
          @Size(max = 1000, message = "must have at most 1000 files")
          Map<String, @NotNull(message = "must not be null") String> files) {}

  /**
   * A blueprint that passed all checks.
   *
   * @param version the version it would be stored as
   * @param added whether the version does not exist yet
   * @param warnings why tenants of the current version cannot be migrated to this one; empty if
   *     they can
   */
  record CheckedBlueprint(
      String name, String version, @JsonProperty("new") boolean added, List<String> warnings) {}

  record BlueprintList(List<BlueprintVersion> items) {}

  /**
   * A version of a blueprint.
   *
   * @param files the text of each file by its path, including the table templates it names
   * @param ownDataFrom the first migration that runs in each new tenant instead of being cloned,
   *     because its data depends on the time or on random values; absent if there is none, or if
   *     the search, which runs in the background after a push, has not completed
   * @param warnings in the response to PUT, why tenants of the previously current version cannot be
   *     migrated to this one
   * @param versions all versions, newest first
   */
  record BlueprintDetail(
      String name,
      String version,
      boolean current,
      boolean shipped,
      Instant acceptedAt,
      Map<String, String> files,
      Optional<String> ownDataFrom,
      List<String> warnings,
      List<BlueprintVersion> versions) {}
}
