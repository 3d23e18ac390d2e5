/** Commands on tenants and what they are made from. */
package io.tenantry.cli.tenant;
