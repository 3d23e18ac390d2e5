/** Commands on migrations of single tenants and of whole blueprints. */
package io.tenantry.cli.migration;
