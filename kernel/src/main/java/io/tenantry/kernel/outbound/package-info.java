/**
 * Requests to addresses that others name, such as webhook endpoints of tenants: which addresses are
 * allowed, and the HTTP client that connects only to addresses that were checked.
 */
@NullMarked
package io.tenantry.kernel.outbound;

import org.jspecify.annotations.NullMarked;
