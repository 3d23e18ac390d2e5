/**
 * Authenticates the callers of the REST API, by admin key, OpenID Connect or tenant API key, and
 * maps them to roles.
 */
@NullMarked
package io.tenantry.kernel.auth;

import org.jspecify.annotations.NullMarked;
