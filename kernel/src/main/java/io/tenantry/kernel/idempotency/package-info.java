/** Answers a repeated request that has the same {@code Idempotency-Key} with the first answer. */
@NullMarked
package io.tenantry.kernel.idempotency;

import org.jspecify.annotations.NullMarked;
