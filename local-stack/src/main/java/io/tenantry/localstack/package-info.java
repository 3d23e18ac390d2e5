/**
 * A real PostgreSQL and a real Kafka broker, prepared for Tenantry's services: for the tests of all
 * modules ({@link io.tenantry.localstack.LocalStack#shared()}) and for the local start.
 */
@NullMarked
package io.tenantry.localstack;

import org.jspecify.annotations.NullMarked;
