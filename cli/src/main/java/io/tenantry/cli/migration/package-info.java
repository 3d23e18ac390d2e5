/** Commands for migrations of single tenants and for campaigns. */
@NullMarked
package io.tenantry.cli.migration;

import org.jspecify.annotations.NullMarked;
