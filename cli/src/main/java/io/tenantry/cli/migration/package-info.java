/** Commands for migrations of single tenants and for campaigns. */
package io.tenantry.cli.migration;
