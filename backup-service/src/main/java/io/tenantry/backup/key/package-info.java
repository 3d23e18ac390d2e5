/** The encryption keys of tenants' backups, and their destruction. */
@NullMarked
package io.tenantry.backup.key;

import org.jspecify.annotations.NullMarked;
