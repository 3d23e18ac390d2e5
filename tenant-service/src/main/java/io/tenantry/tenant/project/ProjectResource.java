package io.tenantry.tenant.project;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.job.Job;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** REST endpoints of projects. */
@Path("/api/v1/projects")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class ProjectResource {

  private static final String STATUSES =
      "registered|provisioning|rolling_back|active|suspended|deleting|deleted";

  private final Projects projects;

  ProjectResource(Projects projects) {
    this.projects = projects;
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Register a project without provisioning it")
  @APIResponse(
      responseCode = "201",
      description = "The project is registered, and its name is reserved",
      content = @Content(schema = @Schema(implementation = Project.class)))
  @Refuses({ErrorCode.TENANT_NAME_TAKEN, ErrorCode.VALIDATION_FAILED})
  public Response create(CreateProject request) {
    Project project = projects.register(request);
    return Response.created(URI.create("/api/v1/projects/" + project.projectId()))
        .entity(project)
        .build();
  }

  @GET
  @Path("/{project_id}")
  @Operation(summary = "Show a project")
  @APIResponse(
      responseCode = "200",
      description = "The project",
      content = @Content(schema = @Schema(implementation = Project.class)))
  @Refuses(ErrorCode.PROJECT_NOT_FOUND)
  public Project get(@RestPath("project_id") UUID projectId) {
    return projects.get(projectId);
  }

  @GET
  @Operation(summary = "List projects, oldest first; deleted ones only with status=deleted")
  public Page<Project> list(
      @RestQuery @Pattern(regexp = STATUSES, message = "is not a valid status")
          @Nullable String status,
      @BeanParam @Valid PageRequest page) {
    return projects.list(status, page.afterId().orElse(null), page.size());
  }

  @POST
  @Path("/{project_id}/provision")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(
      summary = "Provision a registered project",
      description =
          "The job creates the project's database, registers its services and issues its API keys,"
              + " which can be collected from the job once. If a job is already in progress, it is"
              + " returned.")
  @APIResponse(
      responseCode = "202",
      description = "The job that provisions the project",
      content = @Content(schema = @Schema(implementation = Job.class)))
  @Refuses({
    ErrorCode.PROJECT_NOT_FOUND,
    ErrorCode.PROJECT_ALREADY_PROVISIONED,
    ErrorCode.PROJECT_SUSPENDED,
    ErrorCode.TENANT_BUSY,
    ErrorCode.VALIDATION_FAILED
  })
  public Response provision(@RestPath("project_id") UUID projectId, ProvisionProject request) {
    if (request.projectId() != null && !request.projectId().equals(projectId)) {
      throw new InvalidRequest("project_id", "must be the project id in the path, or be omitted");
    }
    Job job = projects.provision(projectId, request);
    return Response.accepted(job).location(URI.create(Job.PATH + job.id())).build();
  }
}
