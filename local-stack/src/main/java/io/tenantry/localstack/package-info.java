/**
 * Runs a PostgreSQL server and a Kafka broker that are prepared for Tenantry's services, for the
 * tests of all modules ({@link io.tenantry.localstack.LocalStack#shared()}) and for {@code
 * deploy/local/up}.
 */
@NullMarked
package io.tenantry.localstack;

import org.jspecify.annotations.NullMarked;
