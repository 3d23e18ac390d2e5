/** Commands for tenants, projects and blueprints. */
@NullMarked
package io.tenantry.cli.tenant;

import org.jspecify.annotations.NullMarked;
