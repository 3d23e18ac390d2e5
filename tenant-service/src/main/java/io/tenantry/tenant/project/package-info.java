/** Projects, and the job that provisions their tenants. */
@NullMarked
package io.tenantry.tenant.project;

import org.jspecify.annotations.NullMarked;
