/** Writes one line to the access log for each request. */
@NullMarked
package io.tenantry.kernel.accesslog;

import org.jspecify.annotations.NullMarked;
