/** Takes backups of single tenants and copies them to a second store. */
@NullMarked
package io.tenantry.backup.backup;

import org.jspecify.annotations.NullMarked;
