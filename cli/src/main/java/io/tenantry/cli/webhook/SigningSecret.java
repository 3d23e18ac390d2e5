package io.tenantry.cli.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.command.Secret;
import io.tenantry.cli.output.Terminal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The caller's own signing secret. */
@RegisterForReflection
final class SigningSecret {

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description = "a file with the signing secret; generated if not given")
  @Nullable String file;

  @Nullable String read(Terminal terminal) {
    return Secret.read(Optional.ofNullable(file), terminal).orElse(null);
  }
}
