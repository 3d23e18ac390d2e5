/**
 * What all services know about tenants and clusters: their status, their data's location, their
 * connection string.
 */
@NullMarked
package io.tenantry.kernel.tenant;

import org.jspecify.annotations.NullMarked;
