/** Finds databases, schemas and roles that belong to no tenant, and removes them on request. */
@NullMarked
package io.tenantry.tenant.orphan;

import org.jspecify.annotations.NullMarked;
