package io.tenantry.tenant.webhook;

/**
 * The result of sending part of the log again.
 *
 * @param deliveries the number of deliveries that are sent
 */
record Resent(int deliveries) {}
