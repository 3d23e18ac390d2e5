/** Leases on tenants, so that only one operation at a time works on a tenant's data. */
@NullMarked
package io.tenantry.backup.lease;

import org.jspecify.annotations.NullMarked;
