/** Commands on migrations of single tenants and of whole blueprints. */
@NullMarked
package io.tenantry.cli.migration;

import org.jspecify.annotations.NullMarked;
