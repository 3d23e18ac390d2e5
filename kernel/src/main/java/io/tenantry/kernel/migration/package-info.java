/** Reads migration scripts, statement by statement, checks them, and runs them. */
@NullMarked
package io.tenantry.kernel.migration;

import org.jspecify.annotations.NullMarked;
