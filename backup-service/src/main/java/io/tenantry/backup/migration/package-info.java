/** Migrates single tenants to a version of their blueprint, and reports status and drift. */
@NullMarked
package io.tenantry.backup.migration;

import org.jspecify.annotations.NullMarked;
