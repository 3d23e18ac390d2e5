/** Kafka commands that provision and deprovision tenants. */
@NullMarked
package io.tenantry.tenant.command;

import org.jspecify.annotations.NullMarked;
