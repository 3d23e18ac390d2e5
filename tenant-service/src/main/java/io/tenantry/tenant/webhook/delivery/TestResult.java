package io.tenantry.tenant.webhook.delivery;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;

/**
 * The result of a test message.
 *
 * @param accepted whether the endpoint answered with 2xx
 * @param code the HTTP status; absent if there was no response
 * @param error why there was no response
 * @param response the start of the response's body; absent for receivers on private addresses
 */
@RegisterForReflection
public record TestResult(
    boolean accepted,
    String webhookId,
    Optional<Integer> code,
    Optional<String> error,
    int latencyMs,
    Optional<String> response) {}
