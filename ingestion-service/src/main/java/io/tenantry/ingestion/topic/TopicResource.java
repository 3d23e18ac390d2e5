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

/** REST API for topics. */
@Path("/api/v1/topics")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class TopicResource {

  private static final String BOOLEAN = "true|false";
  private static final String NOT_BOOLEAN = "must be true or false";

  private final ManagedTopics managed;
  private final BrokerTopics broker;
  private final TopicReconciler reconciler;

  TopicResource(ManagedTopics managed, BrokerTopics broker, TopicReconciler reconciler) {
    this.managed = managed;
    this.broker = broker;
    this.reconciler = reconciler;
  }

  @GET
  @Operation(
      summary = "List the topic of tenants' events and the dead letter topic",
      description = "A topic that does not exist on the broker is left out.")
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
        .orElseThrow(() -> notFound(topic));
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Path("/{topic}")
  @Operation(
      summary = "Create a topic with its configured settings",
      description = "An existing topic is not changed.")
  @APIResponse(
      responseCode = "201",
      description = "The topic was created",
      content = @Content(schema = @Schema(implementation = Topic.class)))
  @APIResponse(
      responseCode = "200",
      description = "The topic exists already",
      content = @Content(schema = @Schema(implementation = Topic.class)))
  @Refuses({ErrorCode.TOPIC_NOT_FOUND, ErrorCode.KAFKA_UNAVAILABLE})
  public Response create(@RestPath String topic) {
    boolean created = reconciler.create(topic);
    return (created ? Response.created(URI.create("/api/v1/topics/" + topic)) : Response.ok())
        .entity(get(topic))
        .build();
  }

  @GET
  @Path("/verification")
  @Operation(summary = "Compare all topics with their configured settings")
  @APIResponse(
      responseCode = "200",
      description = "The desired and the actual value of each setting",
      content = @Content(schema = @Schema(implementation = VerificationList.class)))
  @Refuses(ErrorCode.KAFKA_UNAVAILABLE)
  public VerificationList verifyAll() {
    return new VerificationList(reconciler.verifyAll());
  }

  @GET
  @Path("/{topic}/verification")
  @Operation(summary = "Compare a topic with its configured settings")
  @APIResponse(
      responseCode = "200",
      description = "The desired and the actual value of each setting",
      content = @Content(schema = @Schema(implementation = Verification.class)))
  @Refuses({ErrorCode.TOPIC_NOT_FOUND, ErrorCode.KAFKA_UNAVAILABLE})
  public Verification verify(@RestPath String topic) {
    return reconciler.verify(topic);
  }

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Path("/{topic}/reconcile")
  @Operation(
      summary = "Reconcile a topic with its configured settings, without loss of data",
      description =
          "Changes settings and adds partitions. It does not remove partitions or move replicas."
              + " Adding partitions changes the partition of some tenants: the order of a tenant's"
              + " events is kept before and after the change, but not across it.")
  @APIResponse(
      responseCode = "200",
      description = "The settings that were, or would be, repaired",
      content = @Content(schema = @Schema(implementation = Reconciliation.class)))
  @Refuses({ErrorCode.TOPIC_NOT_FOUND, ErrorCode.KAFKA_UNAVAILABLE})
  public Reconciliation reconcile(
      @RestPath String topic,
      @RestQuery("dry_run") @DefaultValue("false") @Pattern(regexp = BOOLEAN, message = NOT_BOOLEAN)
          String dryRun) {
    return reconciler.reconcile(topic, Boolean.parseBoolean(dryRun));
  }

  @GET
  @Path("/{topic}/partition")
  @Operation(
      summary = "Show the partition of a tenant's events",
      description =
          "It is the MD5 of the tenant's id as a big-endian integer, modulo the number of"
              + " partitions.")
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
            .orElseThrow(() -> notFound(topic));
    return new TenantPartition(
        topic,
        tenantId,
        TenantPartitioner.partition(tenantId, found.partitionCount()),
        found.partitionCount());
  }

  private static TenantryException notFound(String topic) {
    return new TenantryException(
        ErrorCode.TOPIC_NOT_FOUND,
        "The topic %s does not exist on the broker. Create it with POST /api/v1/topics/%s."
            .formatted(topic, topic));
  }

  @RegisterForReflection
  record TopicList(List<Topic> items) {}

  @RegisterForReflection
  record VerificationList(List<Verification> items) {}

  @RegisterForReflection
  record TenantPartition(String topic, String tenantId, int partition, int partitionCount) {}
}
