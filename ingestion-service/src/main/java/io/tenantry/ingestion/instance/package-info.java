/** Channel instances and the webhooks that they receive. */
@NullMarked
package io.tenantry.ingestion.instance;

import org.jspecify.annotations.NullMarked;
