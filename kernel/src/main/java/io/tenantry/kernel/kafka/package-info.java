/** Kafka's topics and the admin client, and whether the broker can be reached. */
@NullMarked
package io.tenantry.kernel.kafka;

import org.jspecify.annotations.NullMarked;
