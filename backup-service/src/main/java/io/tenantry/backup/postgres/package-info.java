/** Works on tenants' databases with {@code pg_dump}, {@code pg_restore} and SQL sessions. */
@NullMarked
package io.tenantry.backup.postgres;

import org.jspecify.annotations.NullMarked;
