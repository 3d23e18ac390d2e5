package io.tenantry.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Secrets;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where to save a secret that is shown only once. */
@RegisterForReflection
public final class Saving {

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "write it to this file, which only you can read, and do not show it")
  public @Nullable Path file;

  /**
   * Saves the secret in a field of an answer and masks it there, if a file is given.
   *
   * @param what the secret, for the returned sentence
   * @return what to say to the user
   */
  public String keep(JsonNode answer, String field, String what) {
    if (file == null) {
      return "This " + what + " is not shown again.";
    }
    String secret = answer.path(field).asText();
    Secret.save(secret, file);
    ((ObjectNode) answer).put(field, Secrets.mask(secret));
    return "%s%s written to %s, readable only by you; it is not shown again."
        .formatted(what.substring(0, 1).toUpperCase(Locale.ROOT), what.substring(1), file);
  }
}
