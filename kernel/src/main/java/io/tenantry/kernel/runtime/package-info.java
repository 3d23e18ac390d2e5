/** What background work needs: threads, backoff, and the order of shutdown. */
@NullMarked
package io.tenantry.kernel.runtime;

import org.jspecify.annotations.NullMarked;
