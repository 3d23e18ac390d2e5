/**
 * What Tenantry creates on a PostgreSQL cluster for a tenant: databases, schemas and roles, the
 * marks that identify them, and their checked removal.
 */
@NullMarked
package io.tenantry.kernel.cluster;

import org.jspecify.annotations.NullMarked;
