/**
 * Reconciles {@code Tenant} objects with tenants: creation, adoption, changes, Secrets, deletion.
 */
@NullMarked
package io.tenantry.operator.tenant;

import org.jspecify.annotations.NullMarked;
