/** Tenants' API keys: created, rotated, revoked and validated. */
@NullMarked
package io.tenantry.tenant.apikey;

import org.jspecify.annotations.NullMarked;
