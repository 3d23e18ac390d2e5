/** Waits for the Kafka broker's answers to admin requests. */
@NullMarked
package io.tenantry.ingestion.broker;

import org.jspecify.annotations.NullMarked;
