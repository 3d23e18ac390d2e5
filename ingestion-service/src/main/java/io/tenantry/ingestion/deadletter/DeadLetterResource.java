package io.tenantry.ingestion.deadletter;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.NumberedPageRequest;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.Refuses;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** REST API for dead letters: all of them for operators, a tenant's own for its API keys. */
@Path("/api/v1/dead-letters")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class DeadLetterResource {

  private static final String STATUSES = "waiting|redriven|parked|lost";

  private final DeadLetterStore store;
  private final DeadLetterTopic topic;
  private final Redrive redrive;
  private final SecurityIdentity caller;

  DeadLetterResource(
      DeadLetterStore store, DeadLetterTopic topic, Redrive redrive, SecurityIdentity caller) {
    this.store = store;
    this.topic = topic;
    this.redrive = redrive;
    this.caller = caller;
  }

  @GET
  @RolesAllowed({Roles.VIEWER, Roles.SCOPE_READ})
  @Operation(summary = "List dead letters, oldest first")
  @Refuses(ErrorCode.FORBIDDEN)
  public Page<DeadLetter> list(
      @RestQuery("tenant_id") @Pattern(regexp = Page.UUID_PATTERN, message = "must be a tenant id")
          @Nullable String tenantId,
      @RestQuery
          @Pattern(regexp = "[^\\x00]{1,255}", message = "must be a reason of 1 to 255 characters")
          @Nullable String reason,
      @RestQuery @Pattern(regexp = STATUSES, message = "must be waiting, redriven, parked or lost")
          @Nullable String status,
      @BeanParam @Valid NumberedPageRequest page) {
    return store.list(filter(tenantId, reason, status), page.afterNumber().orElse(0L), page.size());
  }

  @GET
  @Path("/count")
  @RolesAllowed({Roles.VIEWER, Roles.SCOPE_READ})
  @Operation(summary = "Count dead letters by reason and status")
  @APIResponse(
      responseCode = "200",
      description = "The counts, in descending order",
      content = @Content(schema = @Schema(implementation = Counts.class)))
  @Refuses(ErrorCode.FORBIDDEN)
  public Counts count(
      @RestQuery("tenant_id") @Pattern(regexp = Page.UUID_PATTERN, message = "must be a tenant id")
          @Nullable String tenantId) {
    List<DeadLetterCount> counts = store.count(filter(tenantId, null, null));
    return new Counts(counts.stream().mapToLong(DeadLetterCount::count).sum(), counts);
  }

  @GET
  @Path("/{id:[0-9]{1,18}}")
  @RolesAllowed({Roles.VIEWER, Roles.SCOPE_READ})
  @Operation(
      summary = "Show a dead letter with its message",
      description =
          "The message is shown to the role operator and to the tenant's own API keys; for the role"
              + " viewer message_withheld is true instead. It is left out if the topic no longer"
              + " keeps it. The status is lost if the topic was replaced by another one of the same"
              + " name.")
  @APIResponse(
      responseCode = "200",
      description = "The dead letter",
      content = @Content(schema = @Schema(implementation = DeadLetter.class)))
  @Refuses({
    ErrorCode.DEAD_LETTER_NOT_FOUND,
    ErrorCode.KAFKA_UNAVAILABLE,
    ErrorCode.DATABASE_UNAVAILABLE
  })
  public DeadLetter get(@RestPath long id) {
    DeadLetter deadLetter =
        store
            .select(
                new DeadLetterFilter(
                    TenantAccess.onlyTenant(caller), Optional.empty(), Set.of(), List.of(id)),
                0,
                1)
            .stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new TenantryException(
                        ErrorCode.DEAD_LETTER_NOT_FOUND,
                        "There is no dead letter with id " + id + "."));
    if (!TenantAccess.canReadMessages(caller)) {
      return deadLetter.withheld();
    }
    return deadLetter.with(
        Optional.ofNullable(topic.read(List.of(deadLetter)).get(deadLetter.id()))
            .map(DeadLetterResource::message));
  }

  @POST
  @Path("/redrive")
  @RolesAllowed({Roles.OPERATOR, Roles.SCOPE_WRITE})
  @Operation(
      summary = "Redrive dead letters: send them to the topic of events again",
      description =
          "Selects dead letters by id, tenant or reason, or all; supports a dry run. An event that"
              + " is already stored is not stored again. A message that was redriven and"
              + " dead-lettered too often is parked.")
  @APIResponse(
      responseCode = "200",
      description = "The number of messages that were, or would be, redriven",
      content = @Content(schema = @Schema(implementation = Redriven.class)))
  @Refuses({
    ErrorCode.FORBIDDEN,
    ErrorCode.VALIDATION_FAILED,
    ErrorCode.KAFKA_UNAVAILABLE,
    ErrorCode.DATABASE_UNAVAILABLE
  })
  public Redriven redrive(RedriveRequest request, @Context ContainerRequestContext context) {
    if (request.tenantId() != null) {
      TenantAccess.check(caller, request.tenantId());
      AdminAudit.concerns(context, Optional.of(request.tenantId()));
    }
    return redrive.run(
        request,
        TenantAccess.onlyTenant(caller),
        caller.getPrincipal().getName(),
        tenants -> AdminAudit.concerns(context, tenants));
  }

  private DeadLetterFilter filter(
      @Nullable String tenantId, @Nullable String reason, @Nullable String status) {
    Optional<UUID> requested = Optional.ofNullable(tenantId).map(UUID::fromString);
    requested.ifPresent(tenant -> TenantAccess.check(caller, tenant));
    return new DeadLetterFilter(
        TenantAccess.onlyTenant(caller).or(() -> requested),
        Optional.ofNullable(reason),
        Optional.ofNullable(status).map(Status::of).map(Set::of).orElse(Set.of()),
        List.of());
  }

  private static DeadLetter.Message message(ConsumerRecord<byte[], byte[]> found) {
    Map<String, String> headers = new TreeMap<>();
    found
        .headers()
        .forEach(
            header ->
                headers.put(
                    header.key(),
                    header.value() == null
                        ? ""
                        : new String(header.value(), StandardCharsets.UTF_8)));
    byte[] value = found.value() == null ? new byte[0] : found.value();
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
      return new DeadLetter.Message(headers, Optional.of(text), Optional.empty());
    } catch (CharacterCodingException e) {
      return new DeadLetter.Message(
          headers, Optional.empty(), Optional.of(Base64.getEncoder().encodeToString(value)));
    }
  }

  /**
   * The number of dead letters.
   *
   * @param total the sum over all reasons and statuses
   */
  @RegisterForReflection
  record Counts(long total, List<DeadLetterCount> counts) {}
}
