/** Tells browsers what has changed. */
@NullMarked
package io.tenantry.console.hints;

import org.jspecify.annotations.NullMarked;
