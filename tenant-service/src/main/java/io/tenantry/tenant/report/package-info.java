/** Reports over time: how provisioning went, and how the platform grows. */
@NullMarked
package io.tenantry.tenant.report;

import org.jspecify.annotations.NullMarked;
