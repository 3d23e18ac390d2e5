/** The settings, the clock and the connection to Kafka. */
@NullMarked
package io.tenantry.console.runtime;

import org.jspecify.annotations.NullMarked;
