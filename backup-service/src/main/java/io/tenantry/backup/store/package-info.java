/** Backup stores, in a file system or in S3, and the checks that they are the right ones. */
@NullMarked
package io.tenantry.backup.store;

import org.jspecify.annotations.NullMarked;
