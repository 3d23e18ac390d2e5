/** Reports over time: backups, restores, drills and campaigns. */
@NullMarked
package io.tenantry.backup.report;

import org.jspecify.annotations.NullMarked;
