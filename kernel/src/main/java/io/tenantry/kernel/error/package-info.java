/** The exceptions and error codes that the REST API reports. */
@NullMarked
package io.tenantry.kernel.error;

import org.jspecify.annotations.NullMarked;
