package io.tenantry.cli.tenant;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a new tenant should be like. */
@RegisterForReflection
final class NewTenant {

  @Option(
      names = {"-e", "--environment"},
      description = "development, staging or production; development if not given",
      defaultValue = "development")
  String environment;

  @Option(names = "--blueprint", description = "what it is made from; car if not given")
  String blueprint;

  @Option(names = "--region", description = "where its database lies")
  String region;

  @Option(
      names = "--service",
      paramLabel = "TYPE",
      description = "auth, realtime or storage; may be given again")
  List<String> services;

  @Option(names = "--api-keys", paramLabel = "N", description = "issue so many API keys")
  Integer keys;

  @Option(names = "--key-prefix", description = "what they begin with")
  String prefix;

  @Option(names = "--scope", description = "what they permit, read or write; may be given again")
  List<String> scopes;

  @Option(names = "--owner", paramLabel = "ID", description = "who owns it")
  String owner;

  @Option(names = "--organization", paramLabel = "ID", description = "whose it is")
  String organization;

  @Option(
      names = "--metadata",
      paramLabel = "KEY=VALUE",
      description = "a note on it; may be given again")
  Map<String, String> metadata;

  /** The body of the request, but for the tenant's name. */
  Json.Body body() {
    Json.Body body =
        Json.body()
            .with("environment", environment)
            .with("blueprint", blueprint)
            .with("region", region)
            .with("services", services)
            .with("owner_id", owner)
            .with("organization_id", organization)
            .with("metadata", metadata);
    if (keys != null) {
      body.with(
          "api_keys",
          Json.body().with("count", keys).with("prefix", prefix).with("scopes", scopes));
    }
    return body;
  }
}
