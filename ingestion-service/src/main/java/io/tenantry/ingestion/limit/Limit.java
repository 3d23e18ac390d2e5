package io.tenantry.ingestion.limit;

import java.time.Duration;

/**
 * How much may come.
 *
 * @param events how many in each period
 */
record Limit(long events, Duration period) {}
