package io.tenantry.tenant.command;

import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.CloudEvent;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.http.JsonBodyReader;
import io.tenantry.kernel.messaging.CommandGate;
import io.tenantry.tenant.project.ProvisionProject;
import io.tenantry.tenant.provisioning.CreateTenant;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.stream.Collectors;

/** Parses and checks commands, and rejects those that can never become a job. */
@Singleton
final class CommandReader {

  private final CommandGate gate;
  private final CommandConfig config;
  private final JsonBodyReader bodies;

  CommandReader(CommandGate gate, CommandConfig config, JsonBodyReader bodies) {
    this.gate = gate;
    this.config = config;
    this.bodies = bodies;
  }

  /** A valid command, and the id of the job it becomes. */
  record Command(UUID jobId, Record body) {}

  /**
   * Parses the command in an event.
   *
   * @throws InvalidEvent if it can never become a job
   */
  Command read(CloudEvent event) {
    gate.requireOpen(ProvisioningCommands.TOPIC);
    Record body =
        switch (event.type()) {
          case ProvisioningCommands.PROVISION_PROJECT ->
              requireProject(body(event, ProvisionProject.class));
          case ProvisioningCommands.PROVISION_TENANT -> body(event, CreateTenant.class);
          case ProvisioningCommands.DEPROVISION_TENANT ->
              requirePermitted(body(event, DeprovisionTenant.class));
          default -> throw new InvalidEvent("the type is not a known command");
        };
    return new Command(jobId(event), body);
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

  private static ProvisionProject requireProject(ProvisionProject command) {
    if (command.projectId() == null) {
      throw new InvalidEvent("the data is invalid: project_id is required");
    }
    return command;
  }

  private DeprovisionTenant requirePermitted(DeprovisionTenant command) {
    if (!command.finalBackup().orElse(true) && !config.allowDeletionWithoutBackup()) {
      throw new InvalidEvent(
          "a deletion without a final backup is not permitted by Kafka: use REST, or set"
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
}
