package io.tenantry.cli.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A delivery to a webhook endpoint. */
@RegisterForReflection
final class DeliveryArgument {

  @Parameters(paramLabel = "DELIVERY", description = "its id")
  String id = "";

  @Mixin EndpointOwner owner = new EndpointOwner();
}
