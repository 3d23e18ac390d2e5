/** Rate limits for tenants and channel instances. */
@NullMarked
package io.tenantry.ingestion.limit;

import org.jspecify.annotations.NullMarked;
