/** Re-encrypts stored secrets with the newest key of the key ring. */
@NullMarked
package io.tenantry.tenant.encryption;

import org.jspecify.annotations.NullMarked;
