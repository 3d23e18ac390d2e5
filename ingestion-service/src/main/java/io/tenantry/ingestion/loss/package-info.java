/** Events that were lost before they were delivered, and how that is reported. */
@NullMarked
package io.tenantry.ingestion.loss;

import org.jspecify.annotations.NullMarked;
