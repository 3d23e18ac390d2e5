/** The command line {@code tenantctl}: its entry point, help and shell completion. */
@NullMarked
package io.tenantry.cli;

import org.jspecify.annotations.NullMarked;
