/**
 * The local start: runs all of Tenantry on this machine and provisions a first tenant. The script
 * {@code deploy/local/up} builds the modules and runs {@link io.tenantry.localstack.up.Up}.
 */
@NullMarked
package io.tenantry.localstack.up;

import org.jspecify.annotations.NullMarked;
