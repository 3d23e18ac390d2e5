package io.tenantry.cli;

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
          new Group("keys", "API keys of tenants; each is shown once", KeyCommands::new),
          new Group("jobs", "Long work of tenant-service and backup-service", JobCommands::new),
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
