/** Persistent jobs: any replica runs them under a lease, and failed ones are retried. */
@NullMarked
package io.tenantry.kernel.job;

import org.jspecify.annotations.NullMarked;
