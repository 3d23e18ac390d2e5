/** REST API of webhooks: endpoints, delivery log, event types and portal links. */
@NullMarked
package io.tenantry.tenant.webhook;

import org.jspecify.annotations.NullMarked;
