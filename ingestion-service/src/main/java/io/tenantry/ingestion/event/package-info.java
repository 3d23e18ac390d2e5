/** The format of an event on the topic, and the schema of file events. */
@NullMarked
package io.tenantry.ingestion.event;

import org.jspecify.annotations.NullMarked;
