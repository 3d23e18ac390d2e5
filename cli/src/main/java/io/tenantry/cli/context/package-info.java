/** Contexts: the saved settings of an installation, with its URLs and keys. */
@NullMarked
package io.tenantry.cli.context;

import org.jspecify.annotations.NullMarked;
