/** Commands on backups, restores, drills and their schedules. */
@NullMarked
package io.tenantry.cli.backup;

import org.jspecify.annotations.NullMarked;
