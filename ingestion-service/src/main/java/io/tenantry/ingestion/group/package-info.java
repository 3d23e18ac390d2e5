/** Kafka consumer groups: their members, offsets and lag, and the reset of their offsets. */
@NullMarked
package io.tenantry.ingestion.group;

import org.jspecify.annotations.NullMarked;
