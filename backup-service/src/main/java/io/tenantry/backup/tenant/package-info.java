/**
 * What this service reads from the registry and writes to it: tenants' locations, logins and
 * versions.
 */
@NullMarked
package io.tenantry.backup.tenant;

import org.jspecify.annotations.NullMarked;
