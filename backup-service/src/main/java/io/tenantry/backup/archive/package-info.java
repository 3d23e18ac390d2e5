/** The format of a stored backup: an authenticated header, encrypted segments and a manifest. */
@NullMarked
package io.tenantry.backup.archive;

import org.jspecify.annotations.NullMarked;
