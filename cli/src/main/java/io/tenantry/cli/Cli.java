package io.tenantry.cli;

import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.api.UnreachableException;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.Durations;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.command.Tenantctl;
import io.tenantry.cli.context.ContextException;
import io.tenantry.cli.output.Terminal;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Runs tenantctl: parses the command line, runs the command and reports its errors. */
public final class Cli {

  private Cli() {}

  /** Runs a command line and returns the exit code, one of {@link ExitCode}. */
  public static int run(Terminal terminal, String... args) {
    try {
      return commandLine(terminal, List.of(args)).execute(args);
    } finally {
      terminal.flush();
    }
  }

  /** The command line of tenantctl, with the commands of {@link Group}. */
  static CommandLine commandLine(Terminal terminal, List<String> args) {
    CommandLine line = new CommandLine(new Tenantctl(terminal));
    Group.addTo(line, args);
    line.setOut(terminal.out());
    line.setErr(terminal.err());
    line.setColorScheme(Help.defaultColorScheme(terminal.colouredOutput() ? Ansi.ON : Ansi.OFF));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(100);
    line.registerConverter(Duration.class, Durations::parse);
    line.setParameterExceptionHandler(Cli::wrongUsage);
    line.setExecutionExceptionHandler(Cli::failed);
    HelpPages.arrange(line);
    return line;
  }

  private static int wrongUsage(ParameterException problem, String[] args) {
    CommandLine command = problem.getCommandLine();
    String message = String.valueOf(problem.getMessage());
    terminal(command).error(message.replaceFirst("^Error: ", ""));
    boolean group = !command.getSubcommands().isEmpty();
    if (group && message.startsWith("Missing required subcommand")) {
      command.usage(terminal(command).err());
    } else {
      CommandLine.UnmatchedArgumentException.printSuggestions(problem, terminal(command).err());
      terminal(command).say("See: " + command.getCommandSpec().qualifiedName() + " --help");
    }
    return ExitCode.USAGE.number();
  }

  private static int failed(Exception problem, CommandLine command, ParseResult parsed)
      throws Exception {
    Terminal terminal = terminal(command);
    return switch (problem) {
      case CommandException e -> {
        terminal.error(String.valueOf(e.getMessage()));
        e.advice().ifPresent(terminal::advise);
        yield e.code().number();
      }
      case ApiException e -> {
        ProblemText.show(e, terminal);
        yield ExitCode.ofStatus(e.status()).number();
      }
      case ContextException e -> {
        terminal.error(String.valueOf(e.getMessage()));
        terminal.advise(e.advice());
        yield ExitCode.USAGE.number();
      }
      case UnreachableException e -> {
        terminal.error(String.valueOf(e.getMessage()));
        terminal.advise("tenantctl doctor finds the cause");
        yield ExitCode.UNREACHABLE.number();
      }
      case UncheckedIOException e when e.getCause() instanceof NoSuchFileException missing -> {
        terminal.error("there is no file " + missing.getFile());
        yield ExitCode.USAGE.number();
      }
      case UncheckedIOException e -> {
        terminal.error(String.valueOf(e.getCause()));
        yield ExitCode.FAILURE.number();
      }
      default -> {
        if (tenantctl(command).debug) {
          throw problem;
        }
        terminal.error("unexpected: " + problem);
        terminal.advise("--debug shows more");
        yield ExitCode.FAILURE.number();
      }
    };
  }

  private static Terminal terminal(CommandLine command) {
    return tenantctl(command).terminal;
  }

  private static Tenantctl tenantctl(CommandLine command) {
    return (Tenantctl) command.getCommandSpec().root().userObject();
  }
}
