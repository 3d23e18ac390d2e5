/** Reconciles {@code TenantBackup} and {@code TenantRestore} objects with backups and restores. */
@NullMarked
package io.tenantry.operator.backup;

import org.jspecify.annotations.NullMarked;
