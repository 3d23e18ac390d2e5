package io.tenantry.tenant.webhook.delivery;

import java.time.Instant;

/**
 * A period of time.
 *
 * @param since inclusive
 * @param until exclusive
 */
public record Period(Instant since, Instant until) {}
