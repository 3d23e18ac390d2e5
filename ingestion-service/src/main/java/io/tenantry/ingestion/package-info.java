/**
 * The ingestion-service: captures events over HTTP and delivers them through Kafka to the databases
 * of their tenants.
 */
@NullMarked
package io.tenantry.ingestion;

import org.jspecify.annotations.NullMarked;
