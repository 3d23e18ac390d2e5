package io.tenantry.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Printer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@RegisterForReflection
@Command
public final class EncryptionCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "KEY_ID key_id",
          "CONFIGURED configured yes",
          "SECRETS secrets n",
          "FIRST_USED first_used_at time");

  @Command(
      description = "Show the number of stored secrets by key",
      footer = "  tenantctl encryption keys")
  void keys() {
    JsonNode answer = platform().tenants().get(Target.of("/api/v1/encryption/keys"));
    if (printer().format() != Format.TABLE) {
      printer().row(answer, Columns.of("NEWEST newest_key_id"));
      return;
    }
    try (Printer.Rows rows = printer().rows(COLUMNS)) {
      answer.path("keys").forEach(rows::add);
    }
    say("The newest key is " + answer.path("newest_key_id").asText() + ".");
  }

  @Command(
      description = "Re-encrypt all stored secrets with the newest key, while the service runs",
      footer = "  tenantctl encryption rewrap --wait")
  void rewrap(@Mixin Waiting waiting) {
    JsonNode job = platform().tenants().post(Target.of("/api/v1/encryption/rewrap"));
    JobCommands.follow(this, platform().tenants(), job, waiting)
        .ifPresent(done -> printer().row(done, JobCommands.COLUMNS));
  }
}
