/** Dead letters: events that could not be delivered, listed, redriven and parked. */
@NullMarked
package io.tenantry.ingestion.deadletter;

import org.jspecify.annotations.NullMarked;
