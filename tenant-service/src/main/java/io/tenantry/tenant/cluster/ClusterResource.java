package io.tenantry.tenant.cluster;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Refuses;
import jakarta.annotation.security.RolesAllowed;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** REST endpoints of PostgreSQL clusters. */
@Path("/api/v1/clusters")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class ClusterResource {

  private final ClusterRegistry clusters;

  ClusterResource(ClusterRegistry clusters) {
    this.clusters = clusters;
  }

  @POST
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Register a PostgreSQL cluster",
      description =
          "The cluster is tested first. A new region is added. The admin's password is stored"
              + " encrypted and never shown.")
  @APIResponse(
      responseCode = "201",
      description = "The cluster is registered and active",
      content = @Content(schema = @Schema(implementation = RegisteredCluster.class)))
  @Refuses({
    ErrorCode.CLUSTER_EXISTS,
    ErrorCode.VALIDATION_FAILED,
    ErrorCode.CLUSTER_UNUSABLE,
    ErrorCode.CLUSTER_TLS_FAILED
  })
  public Response register(RegisterCluster request) {
    RegisteredCluster cluster = clusters.register(request);
    return Response.created(URI.create("/api/v1/clusters/" + cluster.name()))
        .entity(cluster)
        .build();
  }

  @GET
  @Operation(summary = "List clusters with their capacity and number of tenants")
  public ClusterList list() {
    return new ClusterList(clusters.all());
  }

  @GET
  @Path("/{name}")
  @Operation(summary = "Show a cluster")
  @APIResponse(
      responseCode = "200",
      description = "The cluster",
      content = @Content(schema = @Schema(implementation = RegisteredCluster.class)))
  @Refuses(ErrorCode.CLUSTER_NOT_FOUND)
  public RegisteredCluster get(@RestPath String name) {
    return clusters.get(name);
  }

  @PATCH
  @Path("/{name}")
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Change a cluster's status, capacity, host, port, admin or TLS settings",
      description =
          "Omitted fields do not change. A new access is tested first: the admin must be able to"
              + " log in to the same server. Then the tenants' connection strings are updated.")
  @APIResponse(
      responseCode = "200",
      description = "The changed cluster",
      content = @Content(schema = @Schema(implementation = RegisteredCluster.class)))
  @Refuses({
    ErrorCode.CLUSTER_NOT_FOUND,
    ErrorCode.CLUSTER_EXISTS,
    ErrorCode.VALIDATION_FAILED,
    ErrorCode.CLUSTER_UNUSABLE,
    ErrorCode.CLUSTER_TLS_FAILED
  })
  public RegisteredCluster change(
      @RestPath String name, ChangeCluster change, @Context ContainerRequestContext context) {
    context.setProperty(AdminAudit.DETAILS, Map.of("changed", String.join(" ", change.fields())));
    return clusters.change(name, change);
  }

  @GET
  @Path("/{name}/ssl-root-certificate")
  @Operation(
      summary = "Show the CA certificates of a cluster",
      description =
          "In PEM, for clients whose connection string has sslmode verify-ca or verify-full; absent"
              + " if the server's certificate is not verified.")
  @APIResponse(
      responseCode = "200",
      description = "The certificates",
      content = @Content(schema = @Schema(implementation = RootCertificate.class)))
  @Refuses(ErrorCode.CLUSTER_NOT_FOUND)
  public RootCertificate rootCertificate(@RestPath String name) {
    return new RootCertificate(clusters.rootCertificate(name));
  }

  @DELETE
  @Path("/{name}")
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Delete a cluster without tenants",
      description =
          "The warm pool and the golden templates are removed first; Tenantry's catalog and roles"
              + " stay on the server. With leave_server, nothing on the server is removed; use it"
              + " for a lost server.")
  @APIResponse(responseCode = "204", description = "The cluster is deleted")
  @Refuses({
    ErrorCode.CLUSTER_NOT_FOUND,
    ErrorCode.CLUSTER_IN_USE,
    ErrorCode.DATABASE_UNAVAILABLE,
    ErrorCode.RECOVERY_MODE
  })
  public void delete(
      @RestPath String name,
      @RestQuery("leave_server") @DefaultValue("false") boolean leaveServer) {
    clusters.delete(name, leaveServer);
  }

  record RootCertificate(Optional<String> sslRootCertificate) {}

  record ClusterList(List<RegisteredCluster> items) {}
}
