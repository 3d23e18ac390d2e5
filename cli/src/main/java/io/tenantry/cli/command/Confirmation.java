package io.tenantry.cli.command;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.output.Terminal;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Asks for confirmation before data is destroyed. */
@RegisterForReflection
public final class Confirmation {

  @Option(
      names = {"-y", "--yes"},
      description = "do not ask for confirmation; required without a terminal")
  public boolean yes;

  /**
   * Returns if the user confirms.
   *
   * @param what a sentence that says what will happen
   * @throws CommandException if the user declines, or there is no terminal
   */
  public void require(Terminal terminal, String what) {
    if (yes) {
      return;
    }
    if (!terminal.attached().in()) {
      throw new CommandException(
          ExitCode.USAGE,
          what + " There is no terminal to ask for confirmation",
          "--yes skips the confirmation");
    }
    String answer = terminal.ask(what + " Go on? [y/N] ").orElse("");
    if (!List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT))) {
      throw new CommandException(ExitCode.FAILURE, "cancelled; nothing was changed");
    }
  }
}
