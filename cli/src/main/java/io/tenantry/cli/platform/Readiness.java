package io.tenantry.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.api.Api;
import io.tenantry.cli.api.Target;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether a service is ready.
 *
 * @param known whether the answer is from one of the services
 * @param missing the failing checks
 * @param date the service's clock
 */
record Readiness(boolean known, boolean ready, List<String> missing, Optional<Instant> date) {

  /** Queries the readiness, which needs no key. */
  static Readiness of(Api api) {
    Api.Answer answer = api.withoutKey().ask(Target.of("/q/health/ready"));
    JsonNode body = answer.body();
    return new Readiness(
        body.has("status") && body.has("checks"),
        body.path("status").asText().equals("UP"),
        body.path("checks")
            .valueStream()
            .filter(check -> !check.path("status").asText().equals("UP"))
            .map(check -> check.path("name").asText())
            .toList(),
        answer.date());
  }
}
