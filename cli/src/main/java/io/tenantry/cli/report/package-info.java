/** Commands for usage and reports. */
@NullMarked
package io.tenantry.cli.report;

import org.jspecify.annotations.NullMarked;
