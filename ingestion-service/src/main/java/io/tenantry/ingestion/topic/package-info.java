/** The managed Kafka topics: their desired settings, compared with the broker and repaired. */
@NullMarked
package io.tenantry.ingestion.topic;

import org.jspecify.annotations.NullMarked;
