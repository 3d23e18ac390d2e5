/**
 * Sends messages in the transaction of the change they report (outbox), and handles each received
 * message once (inbox).
 */
@NullMarked
package io.tenantry.kernel.messaging;

import org.jspecify.annotations.NullMarked;
