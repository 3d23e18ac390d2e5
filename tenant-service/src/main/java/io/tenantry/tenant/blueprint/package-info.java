/**
 * Blueprints, the versioned descriptions that tenants are created from: read, checked and stored.
 */
@NullMarked
package io.tenantry.tenant.blueprint;

import org.jspecify.annotations.NullMarked;
