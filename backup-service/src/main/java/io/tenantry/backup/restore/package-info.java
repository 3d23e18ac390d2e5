/** Restores a tenant beside its live data, swaps the two, and can undo that. */
@NullMarked
package io.tenantry.backup.restore;

import org.jspecify.annotations.NullMarked;
