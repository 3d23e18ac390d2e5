package io.tenantry.tenant.command;

import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.messaging.EventConsumer;
import io.tenantry.tenant.project.Projects;
import io.tenantry.tenant.project.ProvisionProject;
import io.tenantry.tenant.provisioning.CreateTenant;
import io.tenantry.tenant.provisioning.ProvisionTenantJob;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Receives commands from the Kafka topic {@value #TOPIC}: CloudEvents in binary mode whose data is
 * the request body of the REST API. Each becomes a job; a command that can never become one is
 * dead-lettered. The job's id is the command's, if that is a UUID.
 *
 * <p>Every client that may write to the topic may send commands. A deletion without a final backup
 * loses data irrecoverably, so it needs a separate setting.
 */
@Singleton
public final class ProvisioningCommands {

  /** The topic of the commands. */
  public static final String TOPIC = "tenantry.provisioning-jobs";

  static final String PROVISION_PROJECT = "io.tenantry.provision_project.v1";
  static final String PROVISION_TENANT = "io.tenantry.provision_tenant.v1";
  static final String DEPROVISION_TENANT = "io.tenantry.deprovision_tenant.v1";

  private final EventConsumer events;
  private final CommandReader reader;
  private final Projects projects;
  private final ProvisionTenantJob tenants;
  private final DeprovisionTenantJob deprovisioning;
  private final AuditLog audit;

  ProvisioningCommands(
      EventConsumer events,
      CommandReader reader,
      Projects projects,
      ProvisionTenantJob tenants,
      DeprovisionTenantJob deprovisioning,
      AuditLog audit) {
    this.events = events;
    this.reader = reader;
    this.projects = projects;
    this.tenants = tenants;
    this.deprovisioning = deprovisioning;
    this.audit = audit;
  }

  @Incoming("provisioning-jobs")
  CompletionStage<Void> receive(ConsumerRecord<String, byte[]> message) {
    return events.consume(message, event -> Optional.of(reader.read(event)), this::submit);
  }

  private void submit(Sql transaction, CommandReader.Command command) {
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
