package io.tenantry.ingestion.topic;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Topics, over HTTP. */
@Path("/api/v1/topics")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class TopicResource {

  private final ManagedTopics managed;
  private final BrokerTopics broker;

  TopicResource(ManagedTopics managed, BrokerTopics broker) {
    this.managed = managed;
    this.broker = broker;
  }

  @GET
  @Operation(
      summary =
          "List the topic of tenants' events and its dead letter topic as the broker has them",
      description = "One that the broker does not have is left out.")
  @APIResponse(
      responseCode = "200",
      description = "The topics",
      content = @Content(schema = @Schema(implementation = TopicList.class)))
  @APIResponse(responseCode = "503", description = "KAFKA_UNAVAILABLE")
  public TopicList list() {
    return new TopicList(broker.describe(managed.names()));
  }

  @RegisterForReflection
  record TopicList(List<Topic> items) {}
}
