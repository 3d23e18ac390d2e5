/** Converts tenants that were created by earlier versions of Tenantry. */
@NullMarked
package io.tenantry.tenant.conversion;

import org.jspecify.annotations.NullMarked;
