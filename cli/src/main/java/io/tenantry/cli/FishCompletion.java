package io.tenantry.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Generates fish completions: the subcommands and options of each command with their descriptions.
 */
final class FishCompletion {

  /** The labels of parameters that are files or folders. */
  private static final Set<String> FILES = Set.of("FILE", "FOLDER");

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
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      String values = values(parameter);
      if (!values.isEmpty()) {
        lines.add("complete -c tenantctl -n " + quoted(condition) + values);
      }
    }
    for (CommandLine sub : List.copyOf(new LinkedHashSet<>(spec.subcommands().values()))) {
      List<String> below = new ArrayList<>(path);
      below.add(sub.getCommandName());
      walk(sub.getCommandSpec(), below, lines);
    }
  }

  /** True while exactly these commands were typed. */
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
    // The common options are accepted everywhere.
    if (spec.parent() != null) {
      line.append(" -n ").append(quoted(condition));
    }
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
    }
    if (option.arity().max() > 0) {
      line.append(" -r").append(values(option));
    }
    return line.append(" -d ").append(quoted(first(option.description()))).toString();
  }

  /** The completion of a value: one of a set of words, a file, or nothing. */
  private static String values(ArgSpec argument) {
    if (argument.completionCandidates() != null) {
      return " -f -a "
          + quoted(
              String.join(
                  " ",
                  StreamSupport.stream(argument.completionCandidates().spliterator(), false)
                      .toList()));
    }
    if (FILES.contains(argument.paramLabel())) {
      return " -F";
    }
    return argument.isOption() ? " -f" : "";
  }

  private static String first(String[] texts) {
    return texts.length == 0 ? "" : texts[0].replaceAll("\\$\\{[^}]*}; ?", "");
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
