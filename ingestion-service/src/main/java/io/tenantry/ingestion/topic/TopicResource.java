package io.tenantry.ingestion.topic;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.partitioner.TenantPartitioner;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Topics, over HTTP. */
@Path("/api/v1/topics")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class TopicResource {

  private static final String BOOLEAN = "true|false";
  private static final String NOT_BOOLEAN = "must be true or false";

  private final ManagedTopics managed;
  private final BrokerTopics broker;
  private final TopicKeeper keeper;

  TopicResource(ManagedTopics managed, BrokerTopics broker, TopicKeeper keeper) {
    this.managed = managed;
    this.broker = broker;
    this.keeper = keeper;
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
  @Refuses(ErrorCode.KAFKA_UNAVAILABLE)
  public TopicList list() {
    return new TopicList(broker.describe(managed.names()));
  }

  @GET
  @Path("/{topic}")
  @Operation(summary = "Show a topic with its partitions, their sizes and offsets")
  @APIResponse(
      responseCode = "200",
      description = "The topic",
      content = @Content(schema = @Schema(implementation = Topic.class)))
  @Refuses({ErrorCode.TOPIC_NOT_FOUND, ErrorCode.KAFKA_UNAVAILABLE})
  public Topic get(@RestPath String topic) {
    return broker.describeWithPartitions(List.of(managed.get(topic).name())).stream()
        .findFirst()
        .orElseThrow(() -> missing(topic));
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Path("/{topic}")
  @Operation(
      summary = "Make a topic as it is configured",
      description = "One that exists is left as it is.")
  @APIResponse(
      responseCode = "201",
      description = "It was made",
      content = @Content(schema = @Schema(implementation = Topic.class)))
  @APIResponse(
      responseCode = "200",
      description = "It was there",
      content = @Content(schema = @Schema(implementation = Topic.class)))
  @Refuses({ErrorCode.TOPIC_NOT_FOUND, ErrorCode.KAFKA_UNAVAILABLE})
  public Response create(@RestPath String topic) {
    boolean created = keeper.create(topic);
    return (created ? Response.created(URI.create("/api/v1/topics/" + topic)) : Response.ok())
        .entity(get(topic))
        .build();
  }

  @GET
  @Path("/verification")
  @Operation(summary = "Compare every topic with what is configured, setting by setting")
  @APIResponse(
      responseCode = "200",
      description = "Each setting, desired and actual",
      content = @Content(schema = @Schema(implementation = VerificationList.class)))
  @Refuses(ErrorCode.KAFKA_UNAVAILABLE)
  public VerificationList verifyAll() {
    return new VerificationList(keeper.verifyAll());
  }

  @GET
  @Path("/{topic}/verification")
  @Operation(summary = "Compare a topic with what is configured, setting by setting")
  @APIResponse(
      responseCode = "200",
      description = "Each setting, desired and actual",
      content = @Content(schema = @Schema(implementation = Verification.class)))
  @Refuses({ErrorCode.TOPIC_NOT_FOUND, ErrorCode.KAFKA_UNAVAILABLE})
  public Verification verify(@RestPath String topic) {
    return keeper.verify(topic);
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Path("/{topic}/reconcile")
  @Operation(
      summary = "Make a topic as it is configured, as far as that takes nothing from it",
      description =
          "Sets its settings and adds partitions. It removes no partition and moves no copy. More"
              + " partitions change where tenants' events land: a tenant's order holds before and"
              + " after, not across the change.")
  @APIResponse(
      responseCode = "200",
      description = "What was, or would be, repaired",
      content = @Content(schema = @Schema(implementation = Reconciliation.class)))
  @Refuses({ErrorCode.TOPIC_NOT_FOUND, ErrorCode.KAFKA_UNAVAILABLE})
  public Reconciliation reconcile(
      @RestPath String topic,
      @RestQuery("dry_run") @DefaultValue("false") @Pattern(regexp = BOOLEAN, message = NOT_BOOLEAN)
          String dryRun) {
    return keeper.reconcile(topic, Boolean.parseBoolean(dryRun));
  }

  @GET
  @Path("/{topic}/partition")
  @Operation(
      summary = "Tell on which partition a tenant's events land",
      description = "The MD5 of the tenant's id as a big-endian integer, modulo the partitions.")
  @APIResponse(
      responseCode = "200",
      description = "The partition",
      content = @Content(schema = @Schema(implementation = TenantPartition.class)))
  @Refuses({ErrorCode.TOPIC_NOT_FOUND, ErrorCode.VALIDATION_FAILED, ErrorCode.KAFKA_UNAVAILABLE})
  public TenantPartition partition(
      @RestPath String topic,
      @RestQuery("tenant_id")
          @NotBlank(message = "is required")
          @Size(max = 255, message = "must have at most 255 characters")
          String tenantId) {
    Topic found =
        broker.describe(List.of(managed.get(topic).name())).stream()
            .findFirst()
            .orElseThrow(() -> missing(topic));
    return new TenantPartition(
        topic,
        tenantId,
        TenantPartitioner.partition(tenantId, found.partitionCount()),
        found.partitionCount());
  }

  private static TenantryException missing(String topic) {
    return new TenantryException(
        ErrorCode.TOPIC_NOT_FOUND,
        "The broker has no topic %s; POST /api/v1/topics/%s makes it.".formatted(topic, topic));
  }

  @RegisterForReflection
  record TopicList(List<Topic> items) {}

  @RegisterForReflection
  record VerificationList(List<Verification> items) {}

  @RegisterForReflection
  record TenantPartition(String topic, String tenantId, int partition, int partitionCount) {}
}
