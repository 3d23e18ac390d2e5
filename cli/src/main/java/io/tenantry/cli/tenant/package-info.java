/** Commands for tenants, projects and blueprints. */
package io.tenantry.cli.tenant;
