/**
 * The PostgreSQL clusters that tenants are placed on: their registration, connections, golden
 * templates and databases.
 */
@NullMarked
package io.tenantry.tenant.cluster;

import org.jspecify.annotations.NullMarked;
