package io.tenantry.ingestion.limit;

import java.time.Duration;

/**
 * A rate limit.
 *
 * @param events maximum number of events per period
 */
record Limit(long events, Duration period) {}
