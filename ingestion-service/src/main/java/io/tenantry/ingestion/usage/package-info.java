/** Counts what is captured and delivered for each tenant and hour. */
@NullMarked
package io.tenantry.ingestion.usage;

import org.jspecify.annotations.NullMarked;
