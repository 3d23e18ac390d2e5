/** Runs SQL on the control database and on clusters, and says what a failed statement means. */
@NullMarked
package io.tenantry.kernel.db;

import org.jspecify.annotations.NullMarked;
