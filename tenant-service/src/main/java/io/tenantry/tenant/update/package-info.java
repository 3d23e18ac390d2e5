/** The event that a tenant's properties have changed. */
@NullMarked
package io.tenantry.tenant.update;

import org.jspecify.annotations.NullMarked;
