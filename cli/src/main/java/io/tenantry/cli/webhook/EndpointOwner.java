package io.tenantry.cli.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose endpoints. */
@RegisterForReflection
final class EndpointOwner {

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      description = "the tenant that owns the endpoint; the operator if not given")
  @Nullable String tenant;
}
