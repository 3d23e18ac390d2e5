/** Migrates all tenants of a blueprint in waves, canaries first, and halts when too many fail. */
@NullMarked
package io.tenantry.backup.campaign;

import org.jspecify.annotations.NullMarked;
