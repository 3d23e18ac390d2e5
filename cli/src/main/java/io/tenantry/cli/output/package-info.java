/** Prints results to the terminal: tables, details, JSON and progress bars. */
@NullMarked
package io.tenantry.cli.output;

import org.jspecify.annotations.NullMarked;
