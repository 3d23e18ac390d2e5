/**
 * The tenant-service: creates tenants, keeps the registry of them, and manages their clusters,
 * credentials and API keys.
 */
@NullMarked
package io.tenantry.tenant;

import org.jspecify.annotations.NullMarked;
