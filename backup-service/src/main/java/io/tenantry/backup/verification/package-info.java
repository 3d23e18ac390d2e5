/** Verifies stored backups and lets a decrypted dump be downloaded. */
@NullMarked
package io.tenantry.backup.verification;

import org.jspecify.annotations.NullMarked;
