/** Receives events over HTTP and writes them to Kafka before the caller gets an answer. */
@NullMarked
package io.tenantry.ingestion.capture;

import org.jspecify.annotations.NullMarked;
