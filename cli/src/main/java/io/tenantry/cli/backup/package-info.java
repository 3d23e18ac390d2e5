/** Commands for backups, restores, drills and schedules. */
@NullMarked
package io.tenantry.cli.backup;

import org.jspecify.annotations.NullMarked;
