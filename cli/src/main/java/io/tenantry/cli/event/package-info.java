/** Commands on events: sending them, their topics, readers, dead letters and limits. */
@NullMarked
package io.tenantry.cli.event;

import org.jspecify.annotations.NullMarked;
