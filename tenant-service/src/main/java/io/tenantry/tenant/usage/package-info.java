/** Usage of tenants by hour and day: sampling, roll-up, REST API and export. */
@NullMarked
package io.tenantry.tenant.usage;

import org.jspecify.annotations.NullMarked;
