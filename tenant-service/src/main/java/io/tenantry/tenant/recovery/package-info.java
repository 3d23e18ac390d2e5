/**
 * Compares the registry with the clusters after the control database was restored, and repairs it.
 */
@NullMarked
package io.tenantry.tenant.recovery;

import org.jspecify.annotations.NullMarked;
