package io.tenantry.cli.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.command.CommandException;
import picocli.CommandLine.Option;

/** What a webhook endpoint has no longer. */
@RegisterForReflection
final class ResetFields {

  @Option(names = "--all-types", description = "receive all event types again")
  boolean types;

  @Option(names = "--all-tenants", description = "receive the events of all tenants again")
  boolean tenants;

  @Option(names = "--no-custom-headers", description = "send no custom headers any more")
  boolean headers;

  /** Adds the empty fields. */
  Json.Body addTo(Json.Body body) {
    if (types) {
      requireAbsent(body, "event_types", "--type and --all-types").putArray("event_types");
    }
    if (tenants) {
      requireAbsent(body, "tenant_ids", "--of and --all-tenants").putArray("tenant_ids");
    }
    if (headers) {
      requireAbsent(body, "headers", "--headers-file and --no-custom-headers").putObject("headers");
    }
    return body;
  }

  private static ObjectNode requireAbsent(Json.Body body, String field, String options) {
    if (body.node().has(field)) {
      throw CommandException.usage(options + " exclude each other");
    }
    return body.node();
  }
}
