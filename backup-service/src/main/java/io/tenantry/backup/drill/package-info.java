/**
 * Restores backups into scratch databases to prove that they work and to measure how long it takes.
 */
@NullMarked
package io.tenantry.backup.drill;

import org.jspecify.annotations.NullMarked;
