/** Moves events from Kafka into the tenants' own databases, exactly once by event id. */
@NullMarked
package io.tenantry.ingestion.delivery;

import org.jspecify.annotations.NullMarked;
