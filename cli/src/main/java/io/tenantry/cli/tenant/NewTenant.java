package io.tenantry.cli.tenant;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a new tenant should be like. */
@RegisterForReflection
final class NewTenant {

  @Option(
      names = {"-e", "--environment"},
      description = "development, staging or production; development if not given")
  String environment = "development";

  @Option(names = "--blueprint", description = "what it is made from; car if not given")
  @Nullable String blueprint;

  @Option(names = "--region", description = "where its database lies")
  @Nullable String region;

  @Option(
      names = "--service",
      paramLabel = "TYPE",
      description = "auth, realtime or storage; may be given again")
  @Nullable List<String> services;

  @Option(names = "--api-keys", paramLabel = "N", description = "issue so many API keys")
  @Nullable Integer keys;

  @Option(names = "--key-prefix", description = "what they begin with")
  @Nullable String prefix;

  @Option(names = "--scope", description = "what they permit, read or write; may be given again")
  @Nullable List<String> scopes;

  @Option(names = "--owner", paramLabel = "ID", description = "who owns it")
  @Nullable String owner;

  @Option(names = "--organization", paramLabel = "ID", description = "whose it is")
  @Nullable String organization;

  @Option(
      names = "--metadata",
      paramLabel = "KEY=VALUE",
      description = "a note on it; may be given again")
  @Nullable Map<String, String> metadata;

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
