package io.tenantry.cli.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which deliveries of webhooks are listed. */
@RegisterForReflection
final class DeliveryFilter {

  @Option(names = "--endpoint", paramLabel = "ENDPOINT", description = "to this endpoint")
  @Nullable String endpoint;

  @Option(names = "--status", description = "pending, delivered or failed")
  @Nullable String status;

  @Option(names = "--type", paramLabel = "TYPE", description = "of this event type")
  @Nullable String type;

  @Option(
      names = "--of",
      paramLabel = "TENANT",
      description = "of events of this tenant, to the operator's endpoints")
  @Nullable String subject;

  @Option(names = "--from", paramLabel = "TIME", description = "at this time or later")
  @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "before this time")
  @Nullable String to;
}
