/** Which callers may use the webhooks of which tenant. */
@NullMarked
package io.tenantry.tenant.webhook.access;

import org.jspecify.annotations.NullMarked;
