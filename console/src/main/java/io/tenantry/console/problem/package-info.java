/** Errors as problem details. */
@NullMarked
package io.tenantry.console.problem;

import org.jspecify.annotations.NullMarked;
