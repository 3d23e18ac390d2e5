package io.tenantry.ingestion.group;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Refuses;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** REST API for consumer groups. */
@Path("/api/v1/groups")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class GroupResource {

  private final ManagedGroups managed;
  private final BrokerGroups broker;

  GroupResource(ManagedGroups managed, BrokerGroups broker) {
    this.managed = managed;
    this.broker = broker;
  }

  @GET
  @Operation(summary = "List the service's consumer groups with members, offsets and lag")
  @APIResponse(
      responseCode = "200",
      description = "The groups, including those that do not exist on the broker yet",
      content = @Content(schema = @Schema(implementation = GroupList.class)))
  @Refuses(ErrorCode.KAFKA_UNAVAILABLE)
  public GroupList list() {
    return new GroupList(broker.describe(managed.topics()));
  }

  @GET
  @Path("/{group}")
  @Operation(summary = "Show a consumer group with members, offsets and lag")
  @APIResponse(
      responseCode = "200",
      description = "The group",
      content = @Content(schema = @Schema(implementation = ConsumerGroup.class)))
  @Refuses({ErrorCode.GROUP_NOT_FOUND, ErrorCode.KAFKA_UNAVAILABLE})
  public ConsumerGroup get(@RestPath String group) {
    return broker.describe(Map.of(group, managed.topicOf(group))).getFirst();
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Path("/{group}/offsets/reset")
  @Operation(
      summary = "Reset a consumer group's offsets, so that events are processed again",
      description =
          "Refused while the group has members. An event that is already in a tenant's database"
              + " is not stored again.")
  @APIResponse(
      responseCode = "200",
      description = "The offset of each partition before and after the reset",
      content = @Content(schema = @Schema(implementation = OffsetsReset.class)))
  @Refuses({
    ErrorCode.GROUP_NOT_FOUND,
    ErrorCode.GROUP_ACTIVE,
    ErrorCode.VALIDATION_FAILED,
    ErrorCode.KAFKA_UNAVAILABLE
  })
  public OffsetsReset reset(@RestPath String group, ResetOffsets reset) {
    reset.check();
    String topic = managed.topicOf(group);
    List<OffsetsReset.Move> moves = broker.plan(group, topic, reset);
    if (!reset.isDryRun()) {
      broker.requireNoMembers(group);
      broker.move(group, topic, moves);
    }
    return new OffsetsReset(group, topic, reset.isDryRun(), moves);
  }

  @RegisterForReflection
  record GroupList(List<ConsumerGroup> items) {}
}
