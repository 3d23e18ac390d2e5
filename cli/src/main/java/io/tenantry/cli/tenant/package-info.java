/** Commands on tenants and what they are made from. */
@NullMarked
package io.tenantry.cli.tenant;

import org.jspecify.annotations.NullMarked;
