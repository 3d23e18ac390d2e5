/** Decides which backups have expired, and deletes them. */
@NullMarked
package io.tenantry.backup.retention;

import org.jspecify.annotations.NullMarked;
