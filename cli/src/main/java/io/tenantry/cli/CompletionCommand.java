package io.tenantry.cli;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.command.Tenantctl;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@RegisterForReflection
@Command(
    footer = {
      "  source <(tenantctl completion bash)",
      "  tenantctl completion zsh > ~/.zsh/tenantctl && echo 'source ~/.zsh/tenantctl' >> ~/.zshrc",
      "  tenantctl completion fish > ~/.config/fish/completions/tenantctl.fish"
    })
final class CompletionCommand implements Runnable {

  /** The supported shells. */
  enum Shell {
    BASH,
    ZSH,
    FISH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @ParentCommand Tenantctl tenantctl;

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
  Shell shell;

  @Override
  public void run() {
    CommandLine all = Cli.commandLine(tenantctl.terminal, Group.titles());
    tenantctl
        .terminal
        .out()
        .print(
            shell == Shell.FISH
                ? FishCompletion.of(all.getCommandSpec())
                // Picocli's script enables zsh's bash emulation itself.
                : AutoComplete.bash("tenantctl", all));
  }
}
