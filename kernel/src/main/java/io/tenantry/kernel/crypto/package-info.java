/**
 * Encrypts the secrets that are stored in the control database, with a key ring that can be
 * rotated.
 */
@NullMarked
package io.tenantry.kernel.crypto;

import org.jspecify.annotations.NullMarked;
