/** Changes to a tenant that exists: rename, suspend, resume and delete. */
@NullMarked
package io.tenantry.tenant.lifecycle;

import org.jspecify.annotations.NullMarked;
