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
import io.tenantry.cli.report.ReportCommands;
import io.tenantry.cli.report.UsageCommand;
import io.tenantry.cli.tenant.BlueprintCommands;
import io.tenantry.cli.tenant.KeyCommands;
import io.tenantry.cli.tenant.ProjectCommands;
import io.tenantry.cli.tenant.QuotaCommands;
import io.tenantry.cli.tenant.ServiceCommands;
import io.tenantry.cli.tenant.TenantCommands;
import io.tenantry.cli.webhook.WebhookCommands;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A group of commands. Its commands are loaded only if the command line names the group: loading
 * all of them takes longer than most commands run.
 */
record Group(String title, String description, Supplier<Object> commands) {

  /** All groups, in the order of the help. */
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
          new Group("quotas", "Quotas of tenants", QuotaCommands::new),
          new Group(
              "blueprints", "Blueprints, from which tenants are created", BlueprintCommands::new),
          new Group(
              "clusters", "The PostgreSQL clusters that store tenants' data", ClusterCommands::new),
          new Group("events", "Send a tenant's events", EventCommands::new),
          new Group(
              "topics",
              "The topics of tenants' events, with actual and desired configuration",
              TopicCommands::new),
          new Group(
              "groups", "Consumer groups of these topics, and their offsets", GroupCommands::new),
          new Group("dlq", "Events that could not be delivered", DlqCommands::new),
          new Group(
              "instances",
              "Channel instances, whose webhooks are captured as events",
              InstanceCommands::new),
          new Group("limits", "Rate limits of tenants and instances", LimitCommands::new),
          new Group(
              "webhooks",
              "Webhook endpoints of the operator, or of a tenant with --tenant",
              WebhookCommands::new),
          new Group("backups", "Backups of tenants", BackupCommands::new),
          new Group("restore", "Replace a tenant's data with a backup", RestoreCommand::new),
          new Group("restores", "Restores, and how to undo them", RestoreCommands::new),
          new Group(
              "drills",
              "Drills: test restores of backups, with their evidence",
              DrillCommands::new),
          new Group(
              "schedules", "Backup schedules and retention of tenants", ScheduleCommands::new),
          new Group("retention", "Remove expired backups", RetentionCommands::new),
          new Group(
              "migrations",
              "Migrations of single tenants to a version of their blueprint",
              MigrationCommands::new),
          new Group("campaigns", "Migrations of all tenants of a blueprint", CampaignCommands::new),
          new Group(
              "usage",
              "Usage of a tenant, the tenants with the highest usage, and the export for billing",
              UsageCommand::new),
          new Group(
              "report",
              "Reports over time: provisioning, growth, backups, campaigns",
              ReportCommands::new),
          new Group("jobs", "Jobs of tenant-service and backup-service", JobCommands::new),
          new Group("audit", "The audit log, newest first", AuditCommand::new),
          new Group(
              "encryption",
              "The keys that stored secrets are encrypted with",
              EncryptionCommands::new),
          new Group(
              "orphans",
              "Databases, schemas and roles that belong to no tenant",
              OrphanCommands::new),
          new Group(
              "recover",
              "Recovery after the control database was restored from a backup or lost",
              RecoverCommands::new),
          new Group("status", "Show the state of the whole platform", StatusCommand::new),
          new Group(
              "doctor", "Diagnose this installation and suggest what to do", DoctorCommand::new),
          new Group("context", "Named sets of service URLs and keys", ContextCommands::new),
          new Group(
              "completion",
              "Print completion scripts for bash, zsh or fish",
              CompletionCommand::new));

  /** Adds every group, with the commands of the groups that {@code args} names. */
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
