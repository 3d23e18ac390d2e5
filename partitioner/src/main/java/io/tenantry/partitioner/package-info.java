/** Puts all messages of a tenant on one partition; for any Java producer. */
@NullMarked
package io.tenantry.partitioner;

import org.jspecify.annotations.NullMarked;
