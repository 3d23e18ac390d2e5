package io.tenantry.tenant.command;

import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.CloudEvent;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.http.JsonBodyReader;
import io.tenantry.kernel.messaging.CommandGate;
import io.tenantry.kernel.messaging.EventConsumer;
import io.tenantry.tenant.project.Projects;
import io.tenantry.tenant.project.ProvisionProject;
import io.tenantry.tenant.registry.CreateTenant;
import io.tenantry.tenant.registry.ProvisionTenantJob;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Commands by Kafka, on the topic {@value #TOPIC}: CloudEvents in binary mode whose data is the
 * body that the REST API takes. Each becomes a job; a command that can never become one is a dead
 * letter. The job's id is the command's, if that is a UUID.
 *
 * <p>Every client that may write to the topic may command: so what loses data for good, a deletion
 * without a final backup, needs a setting of its own.
 */
@Singleton
public final class ProvisioningCommands {

  /** The topic of the commands. */
  public static final String TOPIC = "tenantry.provisioning-jobs";

  static final String PROVISION_PROJECT = "io.tenantry.provision_project.v1";
  static final String PROVISION_TENANT = "io.tenantry.provision_tenant.v1";
  static final String DEPROVISION_TENANT = "io.tenantry.deprovision_tenant.v1";

  private final EventConsumer events;
  private final CommandGate gate;
  private final CommandConfig config;
  private final JsonBodyReader bodies;
  private final Projects projects;
  private final ProvisionTenantJob tenants;
  private final DeprovisionTenantJob deprovisioning;
  private final AuditLog audit;

  ProvisioningCommands(
      EventConsumer events,
      CommandGate gate,
      CommandConfig config,
      JsonBodyReader bodies,
      Projects projects,
      ProvisionTenantJob tenants,
      DeprovisionTenantJob deprovisioning,
      AuditLog audit) {
    this.events = events;
    this.gate = gate;
    this.config = config;
    this.bodies = bodies;
    this.projects = projects;
    this.tenants = tenants;
    this.deprovisioning = deprovisioning;
    this.audit = audit;
  }

  /** A command that was understood, and becomes a job of this id. */
  private record Command(UUID jobId, Record body) {}

  @Incoming("provisioning-jobs")
  CompletionStage<Void> receive(ConsumerRecord<String, byte[]> message) {
    return events.consume(message, this::read, this::submit);
  }

  private Optional<Command> read(CloudEvent event) {
    gate.requireOpen(TOPIC);
    Record body =
        switch (event.type()) {
          case PROVISION_PROJECT -> withProject(body(event, ProvisionProject.class));
          case PROVISION_TENANT -> body(event, CreateTenant.class);
          case DEPROVISION_TENANT -> permitted(body(event, DeprovisionTenant.class));
          default -> throw new InvalidEvent("the type is that of no command");
        };
    return Optional.of(new Command(jobId(event), body));
  }

  private <T extends Record> T body(CloudEvent event, Class<T> type) {
    try {
      return bodies.read(event.data().getBytes(StandardCharsets.UTF_8), type);
    } catch (InvalidRequest e) {
      throw new InvalidEvent(
          e.errors().stream()
              .map(error -> error.field() + " " + error.message())
              .collect(Collectors.joining("; ", "the data is invalid: ", "")));
    } catch (TenantryException e) {
      if (e.code().retryable()) {
        throw e;
      }
      throw new InvalidEvent("the data is not JSON");
    }
  }

  private static ProvisionProject withProject(ProvisionProject command) {
    if (command.projectId() == null) {
      throw new InvalidEvent("the data is invalid: project_id is required");
    }
    return command;
  }

  private DeprovisionTenant permitted(DeprovisionTenant command) {
    if (!command.finalBackup().orElse(true) && !config.allowDeletionWithoutBackup()) {
      throw new InvalidEvent(
          "a deletion without a final backup is not permitted by Kafka: ask for it by REST, or set"
              + " COMMANDS_ALLOW_DELETION_WITHOUT_BACKUP");
    }
    return command;
  }

  private static UUID jobId(CloudEvent event) {
    try {
      return UUID.fromString(event.id());
    } catch (IllegalArgumentException e) {
      return UUID.nameUUIDFromBytes(
          (event.source() + " " + event.id()).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void submit(Sql transaction, Command command) {
    switch (command.body()) {
      case ProvisionProject project -> {
        projects.submit(transaction, command.jobId(), project);
        record(transaction, PROVISION_PROJECT, project.projectId());
      }
      case CreateTenant tenant ->
          record(
              transaction, PROVISION_TENANT, tenants.submit(transaction, command.jobId(), tenant));
      case DeprovisionTenant tenant -> {
        deprovisioning.submit(transaction, command.jobId(), tenant);
        record(transaction, DEPROVISION_TENANT, tenant.tenantId());
      }
      default -> throw new IllegalStateException(command.toString());
    }
  }

  private void record(Sql transaction, String type, UUID tenant) {
    audit.append(transaction, AuditEntry.ofCommand(TOPIC, type, tenant));
  }
}
