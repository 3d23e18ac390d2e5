/** Commands for events: sending, topics, consumer groups, dead letters and rate limits. */
package io.tenantry.cli.event;
