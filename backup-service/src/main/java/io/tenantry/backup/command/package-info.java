/** Kafka commands that request backups, restores and migrations. */
@NullMarked
package io.tenantry.backup.command;

import org.jspecify.annotations.NullMarked;
