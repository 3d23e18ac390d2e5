/** Backup schedules: which tenant is backed up when, and the reconciliation with the registry. */
@NullMarked
package io.tenantry.backup.schedule;

import org.jspecify.annotations.NullMarked;
