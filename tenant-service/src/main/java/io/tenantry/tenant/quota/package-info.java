/** Limits on what a tenant may have: databases, API keys, services. */
@NullMarked
package io.tenantry.tenant.quota;

import org.jspecify.annotations.NullMarked;
