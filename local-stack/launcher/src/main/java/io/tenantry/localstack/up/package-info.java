/**
 * The local start: runs all of Tenantry on this machine and provisions a first tenant. The script
 * {@code deploy/local/up} builds the modules and runs {@link io.tenantry.localstack.up.Up}.
 */
package io.tenantry.localstack.up;
