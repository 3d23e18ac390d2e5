/** Facts that webhooks report, and the types and payloads of their messages. */
@NullMarked
package io.tenantry.tenant.webhook.event;

import org.jspecify.annotations.NullMarked;
