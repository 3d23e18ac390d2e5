/** Sessions of browsers: log-in, cookies, log-out. */
@NullMarked
package io.tenantry.console.session;

import org.jspecify.annotations.NullMarked;
