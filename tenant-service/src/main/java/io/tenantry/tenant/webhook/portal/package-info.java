/** Links that give a tenant's users short-lived access to its webhooks. */
@NullMarked
package io.tenantry.tenant.webhook.portal;

import org.jspecify.annotations.NullMarked;
