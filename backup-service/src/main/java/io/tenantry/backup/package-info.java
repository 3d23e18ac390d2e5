/**
 * The backup-service: long operations on tenants' data, which are backups, restores and migrations.
 */
@NullMarked
package io.tenantry.backup;

import org.jspecify.annotations.NullMarked;
