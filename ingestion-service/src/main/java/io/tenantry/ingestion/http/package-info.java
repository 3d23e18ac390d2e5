/**
 * Reads requests and writes answers where JAX-RS would be too slow: bodies, JSON, limits on
 * requests in flight.
 */
@NullMarked
package io.tenantry.ingestion.http;

import org.jspecify.annotations.NullMarked;
