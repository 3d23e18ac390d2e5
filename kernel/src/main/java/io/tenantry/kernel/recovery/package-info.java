/** The state of an installation whose control database was restored from a backup. */
@NullMarked
package io.tenantry.kernel.recovery;

import org.jspecify.annotations.NullMarked;
