/** The id of the installation that this service belongs to. */
@NullMarked
package io.tenantry.backup.installation;

import org.jspecify.annotations.NullMarked;
