package io.tenantry.ingestion.instance;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.Refuses;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** REST API for channel instances. Secrets are masked in every response. */
@Path("/api/v1/instances")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class InstanceResource {

  private final Instances instances;
  private final Settings defaults;

  InstanceResource(Instances instances, InstancesConfig config) {
    this.instances = instances;
    this.defaults = Settings.of(config);
  }

  private InstanceView view(Instance instance) {
    return InstanceView.of(instance, defaults);
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Create an instance; the first one becomes the default")
  @APIResponse(
      responseCode = "201",
      description = "The instance; it accepts messages",
      content = @Content(schema = @Schema(implementation = InstanceView.class)))
  @Refuses({ErrorCode.INSTANCE_NAME_TAKEN, ErrorCode.VALIDATION_FAILED})
  public Response create(CreateInstance request, @Context ContainerRequestContext context) {
    AdminAudit.concerns(context, Optional.of(request.tenantId()));
    return Response.created(URI.create("/api/v1/instances/" + request.name()))
        .entity(view(instances.create(request)))
        .build();
  }

  @GET
  @Operation(summary = "List instances by name")
  public Page<InstanceView> list(
      @RestQuery
          @DefaultValue(Page.DEFAULT_LIMIT)
          @Pattern(regexp = Page.LIMIT_PATTERN, message = "must be 1 to 500")
          String limit,
      @RestQuery
          @DefaultValue("")
          @Pattern(regexp = "[A-Za-z0-9_-]{0,255}", message = "must be a name")
          String after) {
    Page<Instance> page = instances.list(after, Integer.parseInt(limit));
    return new Page<>(page.items().stream().map(this::view).toList(), page.next());
  }

  @GET
  @Path("/default")
  @Operation(summary = "Show the default instance")
  @APIResponse(
      responseCode = "200",
      description = "The instance",
      content = @Content(schema = @Schema(implementation = InstanceView.class)))
  @Refuses(ErrorCode.INSTANCE_NOT_FOUND)
  public InstanceView getDefault() {
    return view(instances.getDefault());
  }

  @GET
  @Path("/{name}")
  @Operation(summary = "Show an instance with its own and its effective settings")
  @APIResponse(
      responseCode = "200",
      description = "The instance",
      content = @Content(schema = @Schema(implementation = InstanceView.class)))
  @Refuses(ErrorCode.INSTANCE_NOT_FOUND)
  public InstanceView get(@RestPath String name) {
    return view(instances.get(name));
  }

  @PATCH
  @Path("/{name}")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Change an instance; takes effect on every replica within a second")
  @APIResponse(
      responseCode = "200",
      description = "The instance",
      content = @Content(schema = @Schema(implementation = InstanceView.class)))
  @Refuses({ErrorCode.INSTANCE_NOT_FOUND, ErrorCode.VALIDATION_FAILED})
  public InstanceView change(
      @RestPath String name, ChangeInstance request, @Context ContainerRequestContext context) {
    AdminAudit.concerns(context, instances.get(name).tenantId());
    AdminAudit.concerns(context, Optional.ofNullable(request.tenantId()));
    return view(instances.change(name, request));
  }

  @POST
  @Path("/{name}/set-default")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Set the default instance")
  @APIResponse(
      responseCode = "200",
      description = "The instance",
      content = @Content(schema = @Schema(implementation = InstanceView.class)))
  @Refuses(ErrorCode.INSTANCE_NOT_FOUND)
  public InstanceView makeDefault(@RestPath String name, @Context ContainerRequestContext context) {
    AdminAudit.concerns(context, instances.get(name).tenantId());
    return view(instances.makeDefault(name));
  }

  @DELETE
  @Path("/{name}")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Delete an instance",
      description = "If it is the default, the oldest other instance becomes the default.")
  @APIResponse(responseCode = "204", description = "The instance is deleted")
  @Refuses({ErrorCode.INSTANCE_NOT_FOUND, ErrorCode.LAST_INSTANCE})
  public void delete(@RestPath String name, @Context ContainerRequestContext context) {
    AdminAudit.concerns(context, instances.get(name).tenantId());
    instances.delete(name);
  }
}
