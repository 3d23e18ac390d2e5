package io.tenantry.cli;

import io.tenantry.cli.backup.BackupCommands;
import io.tenantry.cli.backup.DrillCommands;
import io.tenantry.cli.backup.RestoreCommand;
import io.tenantry.cli.backup.RestoreCommands;
import io.tenantry.cli.backup.RetentionCommands;
import io.tenantry.cli.backup.ScheduleCommands;
import io.tenantry.cli.event.DlqCommands;
import io.tenantry.cli.event.EventCommands;
import io.tenantry.cli.event.GroupCommands;
import io.tenantry.cli.event.InstanceCommands;
import io.tenantry.cli.event.LimitCommands;
import io.tenantry.cli.event.TopicCommands;
import io.tenantry.cli.migration.CampaignCommands;
import io.tenantry.cli.migration.MigrationCommands;
import io.tenantry.cli.platform.AuditCommand;
import io.tenantry.cli.platform.ClusterCommands;
import io.tenantry.cli.platform.ContextCommands;
import io.tenantry.cli.platform.DoctorCommand;
import io.tenantry.cli.platform.EncryptionCommands;
import io.tenantry.cli.platform.JobCommands;
import io.tenantry.cli.platform.OrphanCommands;
import io.tenantry.cli.platform.RecoverCommands;
import io.tenantry.cli.platform.StatusCommand;
import io.tenantry.cli.tenant.BlueprintCommands;
import io.tenantry.cli.tenant.KeyCommands;
import io.tenantry.cli.tenant.ProjectCommands;
import io.tenantry.cli.tenant.QuotaCommands;
import io.tenantry.cli.tenant.ServiceCommands;
import io.tenantry.cli.tenant.TenantCommands;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A group of commands. Its commands are read only when it is named in the command line: to read all
 * of them takes longer than most commands.
 */
record Group(String title, String description, Supplier<Object> commands) {

  /** All, in the order of the help. */
  private static final List<Group> ALL =
      List.of(
          new Group(
              "tenants",
              "Tenants and their databases; TENANT is an id, a name, or ENVIRONMENT/NAME",
              TenantCommands::new),
          new Group(
              "projects",
              "Projects: tenants that are registered first, and provisioned by a job",
              ProjectCommands::new),
          new Group("keys", "API keys of tenants; each is shown once", KeyCommands::new),
          new Group(
              "services", "The services that a tenant is registered with", ServiceCommands::new),
          new Group("quotas", "How much of what a tenant may have", QuotaCommands::new),
          new Group("blueprints", "What tenants are made from", BlueprintCommands::new),
          new Group(
              "clusters", "The PostgreSQL clusters that tenants lie on", ClusterCommands::new),
          new Group("events", "Send a tenant's events", EventCommands::new),
          new Group(
              "topics",
              "The topics of tenants' events, as they are and as they should be",
              TopicCommands::new),
          new Group("groups", "Who reads these topics, and how far", GroupCommands::new),
          new Group("dlq", "Events that could not be delivered", DlqCommands::new),
          new Group(
              "instances",
              "Channel instances, whose webhooks are taken in as events",
              InstanceCommands::new),
          new Group(
              "limits", "How many events a tenant or an instance may send", LimitCommands::new),
          new Group("backups", "Backups of tenants", BackupCommands::new),
          new Group("restore", "Put a backup in the place of a tenant's data", RestoreCommand::new),
          new Group("restores", "Restores, and how to undo them", RestoreCommands::new),
          new Group("drills", "Restores for trial, and what they proved", DrillCommands::new),
          new Group(
              "schedules",
              "When tenants are backed up, and how long that is kept",
              ScheduleCommands::new),
          new Group(
              "retention",
              "Remove backups that are older than they need be",
              RetentionCommands::new),
          new Group(
              "migrations",
              "Tenants on their way to a version of their blueprint",
              MigrationCommands::new),
          new Group("campaigns", "Migrations of all tenants of a blueprint", CampaignCommands::new),
          new Group("jobs", "Long work of tenant-service and backup-service", JobCommands::new),
          new Group("audit", "Who did what, the newest first", AuditCommand::new),
          new Group(
              "encryption",
              "The keys that stored secrets are encrypted with",
              EncryptionCommands::new),
          new Group("orphans", "What Tenantry made and no tenant has", OrphanCommands::new),
          new Group(
              "recover",
              "Recovery after the control database was restored from a backup or lost",
              RecoverCommands::new),
          new Group("status", "The whole platform on one screen", StatusCommand::new),
          new Group(
              "doctor", "Find what is wrong with this set-up, and what to do", DoctorCommand::new),
          new Group(
              "context",
              "Where the services are and with which key, by name",
              ContextCommands::new),
          new Group(
              "completion",
              "Print what makes bash, zsh or fish complete commands",
              CompletionCommand::new));

  /** Adds every group: those that {@code args} name with their commands. */
  static void addTo(CommandLine root, List<String> args) {
    for (Group group : ALL) {
      CommandLine line =
          args.contains(group.title)
              ? new CommandLine(group.commands.get())
              : new CommandLine(CommandSpec.create());
      line.getCommandSpec().usageMessage().description(group.description);
      root.addSubcommand(group.title, line);
    }
  }

  static List<String> titles() {
    return ALL.stream().map(Group::title).toList();
  }
}
