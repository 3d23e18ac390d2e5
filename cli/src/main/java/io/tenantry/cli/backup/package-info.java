/** Commands for backups, restores, drills and schedules. */
package io.tenantry.cli.backup;
