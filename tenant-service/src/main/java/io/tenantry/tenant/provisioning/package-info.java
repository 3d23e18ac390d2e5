/** Creates tenants step by step, undoes what failed, and keeps a warm pool of ready databases. */
@NullMarked
package io.tenantry.tenant.provisioning;

import org.jspecify.annotations.NullMarked;
