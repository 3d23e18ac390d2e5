package io.tenantry.tenant.blueprint;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/** The file {@code blueprint.yaml} as it is written; see {@link Blueprint} for what it means. */
@RegisterForReflection
record BlueprintYaml(
    String name,
    Isolation isolation,
    String naming,
    String locale,
    int connectionLimit,
    Extensions extensions,
    List<String> services,
    ApiKeys apiKeys,
    Quotas quotas,
    Backup backup) {

  @RegisterForReflection
  enum Isolation {
    database
  }

  @RegisterForReflection
  record Extensions(List<String> required, List<String> optional) {}

  @RegisterForReflection
  record ApiKeys(int count, String prefix, List<String> scopes) {}

  @RegisterForReflection
  record Quotas(int databases, int apiKeys, int services) {}

  @RegisterForReflection
  record Backup(String schedule, int retentionDays) {}
}
