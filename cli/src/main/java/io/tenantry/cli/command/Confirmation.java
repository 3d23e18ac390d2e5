package io.tenantry.cli.command;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.output.Terminal;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Asked before anything is destroyed. */
@RegisterForReflection
public final class Confirmation {

  @Option(
      names = {"-y", "--yes"},
      description = "do not ask; needed where there is no terminal to ask on")
  public boolean yes;

  /**
   * Returns when the user agrees.
   *
   * @param what what will happen, a sentence
   * @throws CommandException when the user does not, or there is nobody to ask
   */
  public void require(Terminal terminal, String what) {
    if (yes) {
      return;
    }
    if (!terminal.attached().in()) {
      throw new CommandException(
          ExitCode.USAGE, what + " There is no terminal to ask on", "--yes does it without asking");
    }
    String answer = terminal.ask(what + " Go on? [y/N] ").orElse("");
    if (!List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT))) {
      throw new CommandException(ExitCode.FAILURE, "nothing was done");
    }
  }
}
