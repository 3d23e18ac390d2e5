/** The events and commands that services exchange over Kafka, as CloudEvents. */
@NullMarked
package io.tenantry.kernel.event;

import org.jspecify.annotations.NullMarked;
