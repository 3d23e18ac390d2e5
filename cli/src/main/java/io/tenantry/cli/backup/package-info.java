/** Commands on backups, restores, drills and their schedules. */
package io.tenantry.cli.backup;
