/** The tenants that exist: listed, found and shown. */
@NullMarked
package io.tenantry.tenant.registry;

import org.jspecify.annotations.NullMarked;
