/**
 * The local start: all of Tenantry on this machine, with a first tenant to look at. The script
 * {@code deploy/local/up} builds what it needs and runs {@link io.tenantry.localstack.up.Up}.
 */
@NullMarked
package io.tenantry.localstack.up;

import org.jspecify.annotations.NullMarked;
