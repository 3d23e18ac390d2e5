/** Shows for each tenant its newest good backup and its newest drill. */
@NullMarked
package io.tenantry.backup.protection;

import org.jspecify.annotations.NullMarked;
