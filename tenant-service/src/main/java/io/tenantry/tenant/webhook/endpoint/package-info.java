/** Webhook endpoints: who is notified of what, where, and with which signature. */
@NullMarked
package io.tenantry.tenant.webhook.endpoint;

import org.jspecify.annotations.NullMarked;
