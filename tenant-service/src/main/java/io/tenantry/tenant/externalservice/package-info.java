/**
 * Registers tenants with the auth, realtime and storage services, and checks the health of these.
 */
@NullMarked
package io.tenantry.tenant.externalservice;

import org.jspecify.annotations.NullMarked;
