package io.tenantry.cli.tenant;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a new tenant. */
@RegisterForReflection
final class NewTenant {

  @Option(
      names = {"-e", "--environment"},
      description = "development, staging or production; development if not given")
  String environment = "development";

  @Option(names = "--blueprint", description = "its blueprint; car if not given")
  @Nullable String blueprint;

  @Option(names = "--region", description = "the region of its database")
  @Nullable String region;

  @Option(
      names = "--service",
      paramLabel = "TYPE",
      description = "auth, realtime or storage; may be repeated")
  @Nullable List<String> services;

  @Option(names = "--api-keys", paramLabel = "N", description = "the number of API keys to issue")
  @Nullable Integer keys;

  @Option(names = "--key-prefix", description = "the prefix of the keys")
  @Nullable String prefix;

  @Option(names = "--scope", description = "the scope of the keys, read or write; may be repeated")
  @Nullable List<String> scopes;

  @Option(names = "--owner", paramLabel = "ID", description = "the id of its owner")
  @Nullable String owner;

  @Option(names = "--organization", paramLabel = "ID", description = "the id of its organization")
  @Nullable String organization;

  @Option(
      names = "--external-id",
      paramLabel = "ID",
      description = "your own id of the tenant; repeating the command with it is safe")
  @Nullable String externalId;

  @Option(
      names = "--metadata",
      paramLabel = "KEY=VALUE",
      description = "a metadata entry; may be repeated")
  @Nullable Map<String, String> metadata;

  /** The body of the request, without the tenant's name. */
  Json.Body body() {
    Json.Body body =
        Json.body()
            .with("environment", environment)
            .with("blueprint", blueprint)
            .with("region", region)
            .with("services", services)
            .with("owner_id", owner)
            .with("organization_id", organization)
            .with("external_id", externalId)
            .with("metadata", metadata);
    if (keys != null) {
      body.with(
          "api_keys",
          Json.body().with("count", keys).with("prefix", prefix).with("scopes", scopes));
    }
    return body;
  }
}
