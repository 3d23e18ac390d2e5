/** Commands for webhooks: endpoints, deliveries and portal links. */
@NullMarked
package io.tenantry.cli.webhook;

import org.jspecify.annotations.NullMarked;
