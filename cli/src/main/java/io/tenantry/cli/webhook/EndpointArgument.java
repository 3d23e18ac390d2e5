package io.tenantry.cli.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A webhook endpoint. */
@RegisterForReflection
final class EndpointArgument {

  @Parameters(paramLabel = "ENDPOINT", description = "its id")
  String id = "";

  @Mixin EndpointOwner owner = new EndpointOwner();
}
