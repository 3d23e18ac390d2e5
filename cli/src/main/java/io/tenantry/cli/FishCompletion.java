package io.tenantry.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for fish: for each command, its subcommands and options with what they are. */
final class FishCompletion {

  private FishCompletion() {}

  static String of(CommandSpec root) {
    List<String> lines = new ArrayList<>();
    lines.add("complete -c tenantctl -f");
    walk(root, List.of(), lines);
    return String.join("\n", lines) + "\n";
  }

  private static void walk(CommandSpec spec, List<String> path, List<String> lines) {
    String condition = condition(spec, path);
    for (CommandLine sub : List.copyOf(new LinkedHashSet<>(spec.subcommands().values()))) {
      lines.add(
          "complete -c tenantctl -n %s -a %s -d %s"
              .formatted(
                  quoted(condition),
                  quoted(sub.getCommandName()),
                  quoted(first(sub.getCommandSpec().usageMessage().description()))));
    }
    for (OptionSpec option : spec.options()) {
      if (!option.inherited()) {
        lines.add(option(spec, condition, option));
      }
    }
    for (CommandLine sub : List.copyOf(new LinkedHashSet<>(spec.subcommands().values()))) {
      List<String> below = new ArrayList<>(path);
      below.add(sub.getCommandName());
      walk(sub.getCommandSpec(), below, lines);
    }
  }

  /** Holds where these commands were given, and none below them. */
  private static String condition(CommandSpec spec, List<String> path) {
    StringBuilder condition = new StringBuilder();
    path.forEach(
        name ->
            condition
                .append(condition.isEmpty() ? "" : "; and ")
                .append("__fish_seen_subcommand_from ")
                .append(name));
    if (!spec.subcommands().isEmpty()) {
      condition
          .append(condition.isEmpty() ? "" : "; and ")
          .append("not __fish_seen_subcommand_from ")
          .append(String.join(" ", spec.subcommands().keySet()));
    }
    return condition.toString();
  }

  private static String option(CommandSpec spec, String condition, OptionSpec option) {
    StringBuilder line = new StringBuilder("complete -c tenantctl");
    // The common options are good everywhere.
    if (spec.parent() != null) {
      line.append(" -n ").append(quoted(condition));
    }
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
    }
    if (option.arity().max() > 0) {
      line.append(" -r");
      if (option.completionCandidates() != null) {
        line.append(" -a ")
            .append(
                quoted(
                    String.join(
                        " ",
                        StreamSupport.stream(option.completionCandidates().spliterator(), false)
                            .toList())));
      } else if ("FILE".equals(option.paramLabel())) {
        line.append(" -F");
      }
    }
    return line.append(" -d ").append(quoted(first(option.description()))).toString();
  }

  private static String first(String[] texts) {
    return texts.length == 0 ? "" : texts[0].replaceAll("\\$\\{[^}]*}; ?", "");
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
