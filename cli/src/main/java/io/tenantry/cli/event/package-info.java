/** Commands for events: sending, topics, consumer groups, dead letters and rate limits. */
@NullMarked
package io.tenantry.cli.event;

import org.jspecify.annotations.NullMarked;
