/** Tenants' connection strings, and the rotation of their passwords. */
@NullMarked
package io.tenantry.tenant.credentials;

import org.jspecify.annotations.NullMarked;
