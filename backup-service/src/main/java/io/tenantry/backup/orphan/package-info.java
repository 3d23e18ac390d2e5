/** Stored backups that have no record: listed, and imported again. */
@NullMarked
package io.tenantry.backup.orphan;

import org.jspecify.annotations.NullMarked;
