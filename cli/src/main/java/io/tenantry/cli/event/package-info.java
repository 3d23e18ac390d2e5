/** Commands on events: sending them, their topics, readers, dead letters and limits. */
package io.tenantry.cli.event;
