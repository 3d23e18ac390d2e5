/** Delivers messages to webhook endpoints: queues, retries, and the log of deliveries. */
@NullMarked
package io.tenantry.tenant.webhook.delivery;

import org.jspecify.annotations.NullMarked;
